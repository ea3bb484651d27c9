-- one row per table, view and column of the warehouse with its comment; column_name is null where the comment is of the whole
select table_name, column_name, comment from duckdb_columns() where database_name = 'warehouse'
union all
select table_name, null, comment from duckdb_tables() where database_name = 'warehouse'
union all
select view_name, null, comment from duckdb_views() where database_name = 'warehouse'
