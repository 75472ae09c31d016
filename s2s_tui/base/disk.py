"""Giving a whole file its name, without replacing what has that name already."""

import errno
import os
from contextlib import suppress
from pathlib import Path

_NO_LINKS = (errno.EPERM, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK, errno.EINVAL)


def give_name(part: Path | str, target: Path | str, at: int | None = None) -> None:
    """Give a file that was written whole its name.

    A link fails where the name is taken; a rename would replace what has it.

    Args:
        part: the file.
        target: its name.
        at: the open folder that both are in; None: they are paths.

    Raises:
        FileExistsError: the name is taken; what has it is untouched.
        OSError: it can't be done there; nothing has the name.
    """
    try:
        os.link(part, target, src_dir_fd=at, dst_dir_fd=at, follow_symlinks=False)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        # A disk without links (a stick's FAT): take the name first, then fill it by renaming.
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600, dir_fd=at))
        try:
            os.replace(part, target, src_dir_fd=at, dst_dir_fd=at)
        except BaseException:
            with suppress(FileNotFoundError):
                os.unlink(target, dir_fd=at)
            raise
