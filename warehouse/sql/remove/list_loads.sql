-- one row: a load, newest first, of the run $name (source/run_id, or run_id alone for all its sources), or of any where that is null
select source, run_id, load_seq, loaded_at, posts + listings + board_entries as readings
from load_ledger
where $name is null or run_id = $name or source || '/' || run_id = $name
order by load_seq desc
