"""Files that a browser sends, on their way to the reader that looks at them."""

import shutil
from pathlib import Path

from starlette.datastructures import UploadFile


def kept_in(folder: str, name: str, file: UploadFile) -> Path:
    """Write a file that was sent into a folder under our own name and return its path.

    What the sender called it is used for nothing; its kind is told by the reader from its bytes.
    """
    path = Path(folder) / name
    with path.open("wb") as out:
        shutil.copyfileobj(file.file, out)
    return path
