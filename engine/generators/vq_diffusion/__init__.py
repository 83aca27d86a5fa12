"""VQ-Diffusion: tokens denoised step by step (arXiv 2111.14822 and 2205.16007)."""
