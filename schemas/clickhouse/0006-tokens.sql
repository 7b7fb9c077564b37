-- A table remembers more tokens than all partitions can write blocks while one insert is in doubt; a token is a line of text.
ALTER TABLE detections MODIFY SETTING non_replicated_deduplication_window = 10000;
ALTER TABLE violations MODIFY SETTING non_replicated_deduplication_window = 10000;
ALTER TABLE evidence MODIFY SETTING non_replicated_deduplication_window = 10000;
