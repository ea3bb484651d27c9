-- core_text_groups: groups that a new document has shown to be one take the name of the older
update core_text_groups
set dup_group_id = joined.kept, is_primary = false
from joined_groups as joined
where core_text_groups.dup_group_id = joined.gone and core_text_groups.platform = joined.platform
