-- one hit per text that holds the pattern
insert into watch_hit select document_no, $term_no from watch_document where regexp_matches(wording, $text, 'i')
