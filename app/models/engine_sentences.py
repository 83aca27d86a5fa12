"""Sentences of the engine, which speaks English alone, in the language of the window.

The engine's errors and notices are matched here with the templates that they were made of. A
sentence that is in none of them stays English: it is shown, and never lost.
"""

import re
from functools import cache

from app.texts import QT_TR_NOOP, tr

SENTENCES = (
    # Pictures and what is written.
    QT_TR_NOOP("There is no file {path}."),
    QT_TR_NOOP("{path} is not a file."),
    QT_TR_NOOP("{path} cannot be read: {reason}."),
    QT_TR_NOOP("{path} cannot be read or written: {reason}."),
    QT_TR_NOOP("{path} cannot be written: {reason}."),
    QT_TR_NOOP("{path} is not a file that can be replaced."),
    QT_TR_NOOP("{path} is write-protected."),
    QT_TR_NOOP("{path} is larger than {size} GiB."),
    QT_TR_NOOP("There is no folder {path}."),
    QT_TR_NOOP("The folder {path} cannot be written to."),
    QT_TR_NOOP("There is not enough memory to read {path}."),
    QT_TR_NOOP("There is not enough free memory to open this."),
    QT_TR_NOOP("{name} holds no picture."),
    QT_TR_NOOP("{name} is damaged: {reason}."),
    QT_TR_NOOP("{name} is not a picture that Ellbox can open."),
    QT_TR_NOOP("{name} is wider or higher than {side} pixels."),
    QT_TR_NOOP("{name} has more than {count} million pixels."),
    QT_TR_NOOP("{name} does not end like a picture that Ellbox can write."),
    QT_TR_NOOP("{name} does not end in {suffix}."),
    QT_TR_NOOP("There is nothing called {word} for a name."),
    QT_TR_NOOP("Pictures of floating-point numbers cannot be opened."),
    QT_TR_NOOP("The picture cannot be written as {format}: {reason}."),
    QT_TR_NOOP("There are no steps to show."),
    QT_TR_NOOP("There is no box to cut out."),
    QT_TR_NOOP("There is no box to make a mask of."),
    QT_TR_NOOP("Videos need the package `av`, which is not installed."),
    QT_TR_NOOP("Check its permissions."),
    QT_TR_NOOP("Check the name and the folder."),
    QT_TR_NOOP("Choose a picture file."),
    QT_TR_NOOP("Choose a smaller file."),
    QT_TR_NOOP("Choose another folder or file."),
    QT_TR_NOOP("Choose another folder or file name."),
    QT_TR_NOOP("Create it, or choose another."),
    QT_TR_NOOP("Draw a box first."),
    QT_TR_NOOP("Generate a picture first."),
    QT_TR_NOOP("Install it with: pip install 'ellbox[video]'. GIF, WebP and APNG need nothing."),
    QT_TR_NOOP("Make it smaller in another program first."),
    QT_TR_NOOP("Name the file accordingly."),
    QT_TR_NOOP("Open another file."),
    QT_TR_NOOP("Try to save it again."),
    QT_TR_NOOP("Use .png, .jpg, .webp, .tif or .avif."),
    QT_TR_NOOP("Use 8 or 16 bits."),
    QT_TR_NOOP("Use PNG, JPEG, WebP, TIFF, AVIF, BMP, GIF or PPM."),
    QT_TR_NOOP("Use PNG."),
    QT_TR_NOOP("Use {words}."),
    # What opening or writing a picture changed.
    QT_TR_NOOP("The black and white picture became RGB."),
    QT_TR_NOOP("The grey picture became RGB."),
    QT_TR_NOOP("The palette picture became RGB."),
    QT_TR_NOOP("The CMYK picture became RGB; its colours may differ slightly."),
    QT_TR_NOOP("The YCbCr picture became RGB."),
    QT_TR_NOOP("The Lab picture became RGB."),
    QT_TR_NOOP("Only the first of {count} frames was opened."),
    QT_TR_NOOP("Only PNG and TIFF keep 16 bits a channel."),
    QT_TR_NOOP("JPEG has no transparency; the picture was laid on white."),
    QT_TR_NOOP("The EXIF data is too large for JPEG and was left out."),
    # Projects, recipes and work kept aside.
    QT_TR_NOOP("{name} is no Ellbox project, or it is damaged: {reason}."),
    QT_TR_NOOP("{name} is open in another window of Ellbox."),
    QT_TR_NOOP("The project is larger than 4 GiB."),
    QT_TR_NOOP("The project has too many edits and steps to be saved."),
    QT_TR_NOOP("A tree of more than {count} steps cannot be saved."),
    QT_TR_NOOP("{name} carries no recipe."),
    QT_TR_NOOP("The recipe in {name} is too large to be one of Ellbox."),
    QT_TR_NOOP("The recipe in {name} belongs to a larger picture."),
    QT_TR_NOOP("The recipe in {name} lacks the old pixels of its box."),
    QT_TR_NOOP("The recipe was written by a newer Ellbox."),
    QT_TR_NOOP("The project was written by a newer Ellbox."),
    QT_TR_NOOP("The recipe is too large for a picture."),
    QT_TR_NOOP("Work was kept aside when Ellbox ended, but the file is damaged."),
    QT_TR_NOOP("Work that was kept aside cannot be restored now."),
    QT_TR_NOOP("Your work could not be kept aside: {reason}"),
    QT_TR_NOOP("A part of it is damaged; what came after that is lost."),
    QT_TR_NOOP("Close it there first, or use another file name."),
    QT_TR_NOOP("Delete some of its branches."),
    QT_TR_NOOP("Details: {kind}: {reason}."),
    QT_TR_NOOP("Export the picture, and go on with it in a new project."),
    QT_TR_NOOP("It lies in {path}."),
    QT_TR_NOOP("Save a project instead."),
    QT_TR_NOOP("Save the project, and make room on the disk."),
    QT_TR_NOOP("Update Ellbox."),
    QT_TR_NOOP("Use a picture that Ellbox wrote."),
    # Decoding.
    QT_TR_NOOP("A box needs a picture, and a picture a box."),
    QT_TR_NOOP("The box {box} has no area."),
    QT_TR_NOOP("The box {box} lies outside the picture of {width} x {height} pixels."),
    QT_TR_NOOP("The box {box} is not four whole numbers."),
    QT_TR_NOOP("The box has moved since these steps were made."),
    QT_TR_NOOP("The picture must be 8-bit RGB."),
    QT_TR_NOOP("The steps of these sites are not at hand."),
    QT_TR_NOOP("The {name} must lie between {low} and {high}, not {value}."),
    QT_TR_NOOP("These tokens belong to another generator."),
    QT_TR_NOOP("The tokens of these steps have no place in another box."),
    QT_TR_NOOP("Nothing is left to draw in this box."),
    QT_TR_NOOP("These steps only fit a box of the same size."),
    QT_TR_NOOP("Only the steps of a box go along into another box."),
    QT_TR_NOOP("Move the box without changing its size, or generate anew."),
    QT_TR_NOOP("This is the last step: nothing is left to redo."),
    QT_TR_NOOP("Only sites inside the box can be opened."),
    QT_TR_NOOP("Sampling settings must be finite numbers."),
    QT_TR_NOOP("{title} cannot say how sure it is of single sites."),
    QT_TR_NOOP("{title} did not make these steps."),
    QT_TR_NOOP("This generator knows ImageNet's classes only, and none is called {prompt}."),
    QT_TR_NOOP("Choose sites inside the box."),
    QT_TR_NOOP("Choose the sites anew."),
    QT_TR_NOOP("Draw a box at least one pixel wide and high."),
    QT_TR_NOOP("Draw a box on the picture."),
    QT_TR_NOOP("Draw the box on the picture."),
    QT_TR_NOOP("Generate anew."),
    QT_TR_NOOP("Go back some steps."),
    QT_TR_NOOP("Name one of them, such as 'goldfish'."),
    QT_TR_NOOP("Try {words}."),
    QT_TR_NOOP("Write LEFT,TOP,RIGHT,BOTTOM."),
    QT_TR_NOOP("The built-in model was not taught: {words}."),
    QT_TR_NOOP("The prompt is too long; its end was left out."),
    # Memory, and what computes.
    QT_TR_NOOP("There is not enough memory for the pictures."),
    QT_TR_NOOP("There is not enough memory for this."),
    QT_TR_NOOP("There is not enough memory to look at single tokens."),
    QT_TR_NOOP("Close other programs, or choose a smaller generator."),
    QT_TR_NOOP("Close other programs."),
    QT_TR_NOOP("Memory is short: {count} of the candidates were made at a time."),
    QT_TR_NOOP("The processor made this: the graphics card has too little memory."),
    QT_TR_NOOP("Memory ran out: the candidates are made one by one now."),
    QT_TR_NOOP("The graphics card ran out of memory: the processor does it now, which is slow."),
    QT_TR_NOOP("The graphics card has {free} of memory free; {title} needs {needed}."),
    QT_TR_NOOP("This computer has {free} of memory free; {title} needs {needed}."),
    QT_TR_NOOP("{machine} processor, {cores}, pictures in {format}"),
    QT_TR_NOOP("1 core"),
    QT_TR_NOOP("{count} cores"),
    QT_TR_NOOP("{card} (CUDA, pictures in {format})"),
    QT_TR_NOOP("Apple GPU (Metal, pictures in {format})"),
    QT_TR_NOOP("The settings ask for {device}, which this machine has not."),
    QT_TR_NOOP("The settings ask for this device."),
    QT_TR_NOOP("PyTorch finds no graphics card that it can use, so the processor computes."),
    QT_TR_NOOP("The graphics card is the fastest device here."),
    QT_TR_NOOP("It uses {part} of {all} cores; the rest is left to the window."),
    QT_TR_NOOP("It uses {part} of {all} cores; all."),
    QT_TR_NOOP("It is driven by ROCm."),
    QT_TR_NOOP("Something unexpected went wrong."),
    QT_TR_NOOP("Please copy the details and report them."),
    # Models and their weights.
    QT_TR_NOOP("There is no generator {key}."),
    QT_TR_NOOP("The weights of {key} are not here."),
    QT_TR_NOOP("The description of the model in {name} is damaged: {reason}."),
    QT_TR_NOOP("The model in {name} cannot be read: {reason}."),
    QT_TR_NOOP("The weights {name} are damaged."),
    QT_TR_NOOP("The weights {name} are missing."),
    QT_TR_NOOP("The weights {name} have {size} bytes instead of {right}."),
    QT_TR_NOOP("The weights {name} cannot be read: {reason}."),
    QT_TR_NOOP("The weights {name} do not fit the model ({count} entries): {names}."),
    QT_TR_NOOP("The list of weights {name} cannot be read: {reason}."),
    QT_TR_NOOP("What was known of weights cannot be read: {reason}."),
    QT_TR_NOOP("The model needs {needed} GB, and {free} GB are free in {path}."),
    QT_TR_NOOP(
        "{title} needs {needed} GB for its files and the model made of them, and {free} GB are "
        "free in {path}."
    ),
    QT_TR_NOOP("There is no model {key} in the list."),
    QT_TR_NOOP("There is a model {key} already."),
    QT_TR_NOOP("The model {key} comes with Ellbox."),
    QT_TR_NOOP("The model {key} comes with Ellbox and stays."),
    QT_TR_NOOP("No files of a model {key} are here."),
    QT_TR_NOOP("{key} cannot be the key of a model."),
    QT_TR_NOOP("{title} comes with Ellbox."),
    QT_TR_NOOP("{title} cannot be fetched."),
    QT_TR_NOOP("{path} cannot be deleted: {reason}."),
    QT_TR_NOOP("{name} is not safetensors."),
    QT_TR_NOOP("{name} came in with a wrong digest and was deleted: its sha256 is {digest}."),
    QT_TR_NOOP(
        "{name} is larger than the {size} bytes that the server told. What came in was deleted."
    ),
    QT_TR_NOOP("{name} stopped coming in: {reason}."),
    QT_TR_NOOP("{name}/{path} came in otherwise than before and was deleted."),
    QT_TR_NOOP("{name} is being fetched by another Ellbox."),
    QT_TR_NOOP("A commit never changes, so somebody changed the file."),
    QT_TR_NOOP("Let it end there."),
    QT_TR_NOOP(
        "The server lies about {name}: {told} instead of bytes from {first} of {size}. What came "
        "in was deleted."
    ),
    QT_TR_NOOP("The server refuses {name} ({status})."),
    QT_TR_NOOP("The server does not say how large {name} is."),
    QT_TR_NOOP("The server offers another {name} than the list of weights names."),
    QT_TR_NOOP("The server offers another {name}/{path} than it did before."),
    QT_TR_NOOP("{name} answers with the commit {commit} instead of {revision}."),
    QT_TR_NOOP("{name} has no {path}."),
    QT_TR_NOOP("{name} cannot be asked for: HF_HUB_OFFLINE forbids it."),
    QT_TR_NOOP("{name} is given only to people who accepted its terms on its page."),
    QT_TR_NOOP("{name} is not where the list says."),
    QT_TR_NOOP("{name} cannot be reached: {reason}."),
    QT_TR_NOOP("The conversion ended early."),
    QT_TR_NOOP("Accept them there and log in with `hf auth login`."),
    QT_TR_NOOP('Change "key" in its model.json.'),
    QT_TR_NOOP("Check the connection and try again."),
    QT_TR_NOOP("Convert it: ellbox weights convert."),
    QT_TR_NOOP("Delete it by hand."),
    QT_TR_NOOP("Delete {path}: digests are then recorded anew."),
    QT_TR_NOOP("Fetch it again; if it stays wrong, somebody changed the file."),
    QT_TR_NOOP("Install Ellbox again, or train the built-in model anew."),
    QT_TR_NOOP("Install Ellbox again."),
    QT_TR_NOOP("It was moved or withdrawn by its authors."),
    QT_TR_NOOP("It was moved, withdrawn, or wants a login."),
    QT_TR_NOOP("Listed: {words}."),
    QT_TR_NOOP("Make room on that disk."),
    QT_TR_NOOP("Make room, or allow writing."),
    QT_TR_NOOP("None is ready: install Ellbox again."),
    QT_TR_NOOP("Nothing was fetched: a commit never changes, so somebody changed the file."),
    QT_TR_NOOP("Nothing was fetched; report it to the authors of Ellbox."),
    QT_TR_NOOP("Ready: {words}."),
    QT_TR_NOOP("`ellbox weights fetch {key}` says how."),
    QT_TR_NOOP("Released, but not here: {words}."),
    QT_TR_NOOP("Remove it first: ellbox weights remove {key}."),
    QT_TR_NOOP("Then: ellbox weights convert FILE --backend {key}."),
    QT_TR_NOOP("Try again later, or report it."),
    QT_TR_NOOP("Try again later."),
    QT_TR_NOOP("Unset it to fetch weights."),
    QT_TR_NOOP("Use letters, digits and dashes."),
    QT_TR_NOOP("What is here is kept: fetch again to go on from there."),
    QT_TR_NOOP(
        "It is published in parts, in the release {release} of the repository {name}: join them "
        "to {file}."
    ),
    # Sizes.
    QT_TR_NOOP("about {size}"),
    QT_TR_NOOP("at least {size}"),
    QT_TR_NOOP("not published"),
    QT_TR_NOOP("peak on a CPU in single precision"),
    QT_TR_NOOP("peak, weights in single precision (a third party's report)"),
    QT_TR_NOOP("weights in half precision"),
)
"""Templates of the engine's errors, remedies and notices that a person at the window can meet."""

FIELD = re.compile(r"\{(\w+)\}")
SENTENCE_ENDS = re.compile(r"(?<=\.) (?=[A-Z`])")


def in_window_language(text: str) -> str:
    """One sentence or several of the engine, as the window speaks."""
    sentences = [_translated(each) for each in SENTENCE_ENDS.split(text)]
    found = [each for each in sentences if each is not None]
    if len(found) == len(sentences):
        return " ".join(found)
    # Some templates are longer than a sentence, and what fills one may hold a full stop.
    whole = _translated(text)
    return text if whole is None else whole


def _translated(sentence: str) -> str | None:
    """None for a sentence of no template. What fills a template may be a sentence itself."""
    for template, pattern in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            fields = {name: in_window_language(told) for name, told in found.groupdict().items()}
            return tr(template).format(**fields)
    return None


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """The more a template says itself, the earlier it is tried."""
    telling = sorted(SENTENCES, key=lambda each: len(FIELD.sub("", each)), reverse=True)
    return tuple((template, _pattern(template)) for template in telling)


def _pattern(template: str) -> re.Pattern[str]:
    # Even places are words, odd ones are names of fields.
    parts = FIELD.split(template)
    told = (f"(?P<{part}>.+)" if place % 2 else re.escape(part) for place, part in enumerate(parts))
    return re.compile("".join(told), re.DOTALL)
