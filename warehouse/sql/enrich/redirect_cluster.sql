-- core_annotations: documents of a merged cluster go on in its successor
update core_annotations
set label = $successor
where tagger = 'clusters' and label = $gone
