"""The same planned pages as captures: WARC, WAT, the columnar index, and what a perfect reader makes of them."""
