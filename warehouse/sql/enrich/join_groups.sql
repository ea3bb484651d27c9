-- core_text_groups: groups that a new document has shown to be one take the name of the older
insert into changed_subjects
select g.subject_kind, g.subject_id
from core_text_groups g
join joined_groups j on g.dup_group_id = j.gone and g.platform = j.platform;

update core_text_groups
set dup_group_id = joined.kept, is_primary = false
from joined_groups as joined
where core_text_groups.dup_group_id = joined.gone and core_text_groups.platform = joined.platform;

-- marts that were built before a document had a group took only the same letters for a copy
insert into changed_subjects
select subject_kind, subject_id from new_groups;
