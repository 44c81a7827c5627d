"""Nothing large comes in: a request with a file is stopped before the file is read."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import MemoryFileUploadHandler, StopUpload

from trialwright.web.imports.table import MOST_BYTES

MOST_REQUEST = MOST_BYTES + 64 * 1024


class SmallFileHandler(MemoryFileUploadHandler):
    """Keeps a small file in memory, and never anything on the disk."""

    def handle_raw_input(
        self, input_data: Any, META: dict[str, str], content_length: int, boundary: Any, encoding: str | None = None
    ) -> None:
        """RequestDataTooBig for what says that it is too large."""
        if content_length > MOST_REQUEST:
            raise RequestDataTooBig(f"a file of more than {MOST_BYTES} bytes")
        super().handle_raw_input(input_data, META, content_length, boundary, encoding)
        self.activated = True
        self._came = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """The next piece; the connection is ended where the pieces are more than was said."""
        self._came += len(raw_data)
        if self._came > MOST_REQUEST:
            raise StopUpload(connection_reset=True)
        super().receive_data_chunk(raw_data, start)
