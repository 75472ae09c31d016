"""Giving a whole file its name, without replacing what has that name already."""

import errno
import os
from pathlib import Path

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)


def give_name(part: Path, target: Path) -> None:
    """Give a file that was written whole its name.

    A link fails where the name is taken; a rename would replace what has it.

    Raises:
        FileExistsError: the name is taken; what has it is untouched.
        OSError: it can't be done there; nothing has the name.
    """
    try:
        os.link(part, target, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A disk without links (a stick's FAT): take the name first, then fill it by renaming.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            part.replace(target)
        except BaseException:
            target.unlink(missing_ok=True)
            raise
