-- work_*: what a build remembers for the next one, in the writer's file only: documents, rare topics, counts and what they were made for
create table if not exists work_state (as_of date, least_docs bigint, most_topics bigint, version bigint);
create table if not exists work_document (
    subject_kind varchar, subject_id varchar, platform varchar, moment timestamptz, day date, author varchar,
    author_key varchar, url varchar, title varchar, likes bigint, comments bigint, shares bigint, collects bigint,
    danmaku bigint, views bigint, best_rank bigint, is_ad boolean, is_long boolean, wording_key ubigint, is_primary boolean
);
create table if not exists work_topic (topic_id varchar, n_all bigint, n_docs bigint, first_day date, is_kept boolean);
create table if not exists work_home (topic_id varchar, home varchar, n_shared bigint);
create table if not exists work_exposure (day date, platform varchar, n_docs bigint, n_authors bigint);
create table if not exists mart_topic_doc (
    topic_id varchar, subject_kind varchar, subject_id varchar, platform varchar, day date, author_key varchar,
    is_primary boolean, url varchar, title varchar
);
-- documents of topics too rare to be counted, kept until the topic is not rare any more
create table if not exists work_topic_doc (
    topic_id varchar, subject_kind varchar, subject_id varchar, platform varchar, day date, author_key varchar,
    is_primary boolean, url varchar, title varchar
);
create table if not exists mart_topic_day (day date, platform varchar, topic_id varchar, n_docs bigint, n_authors bigint);
create or replace temp view document as
select * exclude (is_ad, is_long, wording_key) from work_document;
create table if not exists mart_story_match (
    week date, platform_a varchar, subject_a varchar, title_a varchar, first_a timestamptz,
    platform_b varchar, subject_b varchar, title_b varchar, first_b timestamptz, lag_h double, similarity double
);
-- stories of a week and platform; for each other platform, how many of a tenth of them match what it had 30 days before
create table if not exists work_story_week (
    week date, platform varchar, n_stories bigint, placebo_platform varchar, n_sampled bigint, n_placebo bigint
);
