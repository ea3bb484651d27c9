-- one hit per text that holds the word
insert into watch_hit select document_no, $term_no from watch_document where contains(wording, lower($text))
