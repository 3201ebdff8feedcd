"""Pictures in docs/letters show letters as they are: else `python -m tests.letters.pictures`."""

from PIL import Image, ImageChops, ImageStat

from integrations.letters import TypstPrinter
from tests.letters.pictures import FOLDER, pictures

#: Of 255, over the whole page: another release of the renderer draws edges a little otherwise; a
#: word more or less moves all that follows it.
MOST_UNLIKE = 0.6


def test_there_is_an_up_to_date_picture_of_every_page(printer: TypstPrinter) -> None:
    stale, names = [], set()
    for name, picture in pictures(printer):
        names.add(name)
        with Image.open(FOLDER / name) as committed:
            unlike = ImageChops.difference(picture.convert("L"), committed.convert("L"))
        if committed.size != picture.size or ImageStat.Stat(unlike).mean[0] > MOST_UNLIKE:
            stale.append(name)
    assert stale == []
    assert {path.name for path in FOLDER.glob("*.png")} == names
