-- watch_found: one row per text that holds the pattern
create or replace temp table watch_found as
select document_no, cast($term_no as bigint) as term_no from watch_document where regexp_matches(wording, $text, 'i')
