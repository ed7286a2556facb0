-- Of heading, text and places as they were written (catalogue/chunks.rs); NULL for chunks of earlier versions.
ALTER TABLE chunks ADD COLUMN checksum BLOB;
