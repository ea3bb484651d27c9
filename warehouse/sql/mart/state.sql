-- work_*: what a build remembers for the next one, in the writer's file only: documents, rare topics, counts and what they were made for
create table if not exists work_state (as_of date, least_docs bigint, most_topics bigint, heat_days bigint, version bigint);
create table if not exists work_document (
    subject_kind varchar, subject_id varchar, platform varchar, moment timestamptz, day date, author varchar,
    author_key varchar, url varchar, title varchar, likes bigint, comments bigint, shares bigint, collects bigint,
    danmaku bigint, views bigint, best_rank bigint, is_ad boolean, is_long boolean, wording_key ubigint,
    -- the post that a board line is about, where that is a document: the line is none then
    post_id varchar, is_first boolean, is_primary boolean
);
create table if not exists work_topic (topic_id varchar, n_all bigint, n_docs bigint, first_day date, is_kept boolean);
create table if not exists work_home (topic_id varchar, home varchar, n_shared bigint);
create table if not exists work_exposure (day date, platform varchar, n_docs bigint, n_authors bigint);
create table if not exists work_source_load (
    load_seq bigint, platform varchar, first_read date, last_read date, first_day date, last_day date
);
create table if not exists mart_topic_doc (
    topic_id varchar, subject_kind varchar, subject_id varchar, platform varchar, day date, author_key varchar,
    is_primary boolean, url varchar, title varchar, is_ad boolean
);
-- documents of topics too rare to be counted, kept until the topic is not rare any more
create table if not exists work_topic_doc (
    topic_id varchar, subject_kind varchar, subject_id varchar, platform varchar, day date, author_key varchar,
    is_primary boolean, url varchar, title varchar, is_ad boolean
);
create table if not exists mart_topic_day (day date, platform varchar, topic_id varchar, n_docs bigint, n_authors bigint);
create table if not exists mart_exposure_day (day date, platform varchar, n_docs bigint, n_authors bigint, coverage double);
create table if not exists mart_engagement_weight (
    month date, platform varchar, first_day date, n_docs bigint, comments_weight double, shares_weight double,
    collects_weight double, danmaku_weight double, views_weight double, likes_cap double, comments_cap double,
    shares_cap double, collects_cap double, danmaku_cap double, views_cap double
);
-- heat of all documents of a day and platform; heat of a topic there, for as far back as the index of the oldest day looks
create table if not exists work_heat_day (day date, platform varchar, heat decimal(38, 12));
create table if not exists work_heat_cell (
    day date, platform varchar, topic_id varchar, n_docs bigint, plays bigint, engagement bigint,
    search_score decimal(38, 12), heat_share_bp decimal(18, 6), loudest double, n_counted bigint
);
create table if not exists mart_topic_heat_daily (
    day date, platform varchar, topic_id varchar, n_docs bigint, n_authors bigint, plays bigint, engagement bigint,
    content_score double, spread_score double, search_score double, heat_share_bp double, heat_index double,
    rank bigint, rank_diff bigint, status varchar, run_id varchar, coverage double, metric_ver integer
);
create table if not exists work_topic_speaker (
    day date, platform varchar, topic_id varchar, fresh_1 bigint, fresh_2 bigint, fresh_3 bigint, fresh_4 bigint,
    fresh_5 bigint, fresh_6 bigint, fresh_7 bigint
);
create or replace temp view document as
select * exclude (is_long, wording_key, post_id, is_first) from work_document where post_id is null;
create table if not exists mart_story_match (
    week date, platform_a varchar, subject_a varchar, title_a varchar, first_a timestamptz,
    platform_b varchar, subject_b varchar, title_b varchar, first_b timestamptz, lag_h double, similarity double,
    gap_a_h double, gap_b_h double
);
-- when each board was read, and the last load that says so
create table if not exists work_board_poll (platform varchar, board varchar, captured_at timestamptz, load_seq bigint);
-- stories of a week and platform, cut where a quarter begins; for each other platform, how many of a tenth of them match what it had 30 days before
create table if not exists work_story_week (
    week date, quarter date, platform varchar, n_stories bigint, placebo_platform varchar, n_sampled bigint, n_placebo bigint
);
