"""The tree of branches: seen, walked, named, compared and removed, by mouse and by key."""

from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from app.models.comparison import Look
from app.models.proposal import Proposal
from app.panels.branches import EDGE_PX, GRAPH_PX
from tests.app.driver import CTRL, LEFT, NONE, Driver

pytestmark = [pytest.mark.gui, pytest.mark.qt_log_ignore("This plugin does not support")]


def branched(driver: Driver, photo: Path) -> Proposal:
    """One candidate, and a branch that left it at step 4."""
    driver.editor.wishes.set_candidates(1)
    driver.boxed(photo)
    driver.generate()
    driver.press(Qt.Key.Key_Home)
    for _ in range(4):
        driver.press(Qt.Key.Key_Right)
    with driver.qtbot.waitSignal(driver.editor.finished):
        driver.press(Qt.Key.Key_R, CTRL)
    return proposed(driver)


def proposed(driver: Driver) -> Proposal:
    assert driver.editor.proposal is not None
    return driver.editor.proposal


def index(driver: Driver, place: int) -> QModelIndex:
    return driver.window.workspace.branch_model.index_of(place)


def click(driver: Driver, place: int, x: int) -> None:
    """x: counted from the left edge of the row."""
    tree = driver.window.workspace.branches
    row = tree.visualRect(index(driver, place))
    QTest.mouseClick(tree.viewport(), LEFT, NONE, QPoint(row.left() + x, row.center().y()))


def test_a_branch_begins_where_it_left(driver: Driver, photo: Path) -> None:
    branched(driver, photo)
    model = driver.window.workspace.branch_model
    root, branch = model.rows
    assert (root.begins, root.number, root.parent) == (0, 1, None)
    assert (branch.begins, branch.number, branch.parent) == (4, 2, 0)
    assert branch.ends == root.ends > 4
    assert model.parent(index(driver, 1)) == index(driver, 0)
    assert index(driver, 1).data(Qt.ItemDataRole.DecorationRole) is not None
    tree = driver.window.workspace.branches
    assert tree._node(root, 4).x() == tree._node(branch, 4).x()
    assert tree._node(root, 4).y() < tree._node(branch, 4).y()


def test_a_click_shows_an_end_or_a_step(driver: Driver, photo: Path) -> None:
    last = len(branched(driver, photo).path) - 1
    click(driver, 0, GRAPH_PX + 20)
    assert (proposed(driver).shown, proposed(driver).position) == (1, last)
    x = EDGE_PX + round((last - 2) / last * (GRAPH_PX - 2 * EDGE_PX))
    click(driver, 1, x)
    assert (proposed(driver).shown, proposed(driver).position) == (2, last - 2)
    click(driver, 1, 0)
    assert proposed(driver).position == 4, "before it there is nothing of this branch"
    tree = driver.window.workspace.branches
    tree.setFocus()
    driver.press(Qt.Key.Key_Up, target=tree)
    driver.press(Qt.Key.Key_Return, target=tree)
    assert (proposed(driver).shown, proposed(driver).position) == (1, last)


def test_a_name_is_typed_and_stored(driver: Driver, photo: Path, tmp_path: Path) -> None:
    branched(driver, photo)
    tree = driver.window.workspace.branches
    tree.setFocus()
    driver.press(Qt.Key.Key_F2, target=tree)
    field = tree.findChild(QLineEdit)
    assert field is not None and field.text() == "From step 4"
    field.selectAll()
    QTest.keyClicks(field, "nicer 2 n")
    driver.press(Qt.Key.Key_Return, target=field)
    driver.qtbot.waitUntil(lambda: index(driver, 1).data() == "2  nicer 2 n")
    assert proposed(driver).shown == 2, "no key of the name did anything else"
    path = tmp_path / "named.ellbox"
    with driver.qtbot.waitSignal(driver.documents.saved):
        driver.documents.save(path)
    driver.documents.close()
    driver.open(path)
    assert index(driver, 1).data() == "2  nicer 2 n"


def test_a_removed_branch_comes_back(driver: Driver, photo: Path) -> None:
    before = branched(driver, photo)
    tree, model = driver.window.workspace.branches, driver.window.workspace.branch_model
    tree.setFocus()
    driver.press(Qt.Key.Key_Delete, target=tree)
    assert [branch.number for branch in model.rows] == [1]
    assert proposed(driver).shown == 1 and len(proposed(driver).options) == 1
    assert proposed(driver).trees[0] is before.trees[0], "its steps are kept"
    driver.press(Qt.Key.Key_Z, CTRL)
    assert [branch.number for branch in model.rows] == [1, 2]
    click(driver, 0, GRAPH_PX + 20)
    driver.press(Qt.Key.Key_Delete, target=tree)
    assert driver.editor.proposal is None, "what grew from it goes too"
    driver.press(Qt.Key.Key_Z, CTRL)
    assert len(proposed(driver).options) == 2


def test_any_two_steps_are_compared(driver: Driver, photo: Path) -> None:
    proposal = branched(driver, photo)
    click(driver, 0, GRAPH_PX + 20)
    driver.press(Qt.Key.Key_V)
    compare, comparison = driver.window.workspace.compare, driver.window.comparison
    assert compare.told.text() == "Compared with candidate 1"
    click(driver, 1, GRAPH_PX + 20)
    driver.press(Qt.Key.Key_W)
    driver.qtbot.waitUntil(lambda: comparison.answer is not None)
    assert comparison.look is Look.WIPE
    assert compare.told.text() == "Left of the line: candidate 1"
    region, answer = proposal.region, comparison.answer
    assert region is not None and answer is not None
    one, two = (option.patch for option in proposal.options)
    assert answer.changed == int((one != two).any(axis=2).sum()) and answer.outside == 0
    driver.press(Qt.Key.Key_V)
    assert comparison.pinned is None
    driver.press(Qt.Key.Key_V)
    driver.press(Qt.Key.Key_Escape)
    assert comparison.pinned is None, "another picture lies under what is shown"


def test_all_actions_of_the_menu_act_on_the_chosen_branch(driver: Driver, photo: Path) -> None:
    branched(driver, photo)
    click(driver, 0, GRAPH_PX + 20)
    driver.press(Qt.Key.Key_Home)
    menu = driver.window.workspace.branches.menu()
    actions = {action.text(): action for action in menu.actions()}
    actions["&Show"].trigger()
    assert proposed(driver).at_tip and proposed(driver).shown == 1
    actions["&Remove"].trigger()
    assert driver.editor.proposal is None
    menu.deleteLater()
