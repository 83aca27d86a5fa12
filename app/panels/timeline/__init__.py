"""The timeline: filmstrip, a glance at a step, and what goes on from one."""
