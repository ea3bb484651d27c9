-- one column of a table or view of the warehouse, with what it means and what one row of its table is
with relations as (
    select table_name as name, comment, false as is_view
    from duckdb_tables()
    where database_name = current_database() and not internal and not temporary and not starts_with(table_name, 'work_')
    union all
    select view_name, comment, true
    from duckdb_views()
    where database_name = current_database() and not internal and not temporary
)
select
    relations.name as relation,
    relations.is_view,
    coalesce(relations.comment, '') as row_is,
    columns.column_name,
    columns.data_type,
    columns.is_nullable,
    coalesce(columns.comment, '') as comment
from relations
join duckdb_columns() as columns
    on columns.table_name = relations.name and columns.database_name = current_database()
order by relations.name, columns.column_index
