-- no rows: the tables of searches and sources as replayed counts have them, which come from one source read on every day
create table topic_query_coverage (day date, platform varchar, topic_id varchar, query_coverage double);
create table stage_query (week date, platform varchar, topic_id varchar, query_coverage double);
create table platform_query_coverage (day date, platform varchar, query_coverage double, kept_coverage double);
create table mart_source_panel (
    platform varchar, source varchar, counts_from date, counts_from_all date, counts_until date
);
create table stage_panel (scope varchar, week date, history_from date, panel bigint);
create table stage_exposure (platform varchar, panel bigint, week date, n_docs bigint);
create table stage_platform_exposure (panel bigint, platform varchar, week date, n_docs bigint);
create table stage_left_out (
    scope varchar, panel bigint, platform varchar, subject_kind varchar, subject_id varchar, week date, is_primary boolean
);
create table stage_topic (platform varchar, panel bigint, week date, topic_id varchar, n_docs bigint, n_authors bigint);
create table pair_exposure (platform varchar, pair_week date, week date, n_docs bigint);
create table pair_topic (platform varchar, pair_week date, week date, topic_id varchar, n_docs bigint, n_authors bigint);
create table pair_platform_exposure (platform varchar, pair_week date, week date, n_docs bigint);
create table pair_left_out (
    scope varchar, platform varchar, pair_week date, subject_kind varchar, subject_id varchar, week date, is_primary boolean
);
create table mart_topic_doc (day date, subject_kind varchar, subject_id varchar, topic_id varchar);
