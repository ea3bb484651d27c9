-- watch_found: one row per text that holds the word
create or replace temp table watch_found as
select document_no, cast($term_no as bigint) as term_no from watch_document where contains(wording, lower($text))
