-- what the reports read: one empty table per mart, so that a mart that is not there yet reads as no rows
create table mart_run (run_id varchar, as_of date);
create table mart_topic (topic_id varchar, topic_kind varchar, label varchar, label_en varchar, l1 varchar, l2 varchar,
    first_day date, n_docs bigint);
create table mart_topic_doc (topic_id varchar, subject_kind varchar, subject_id varchar, platform varchar, day date,
    author_key varchar, is_primary boolean, url varchar, title varchar, is_ad boolean);
create table mart_topic_day (day date, platform varchar, topic_id varchar, n_docs bigint, n_authors bigint);
create table mart_exposure_day (day date, platform varchar, n_docs bigint, n_authors bigint, coverage double);
create table mart_source_panel (platform varchar, source varchar, first_day date, last_day date, counts_from date,
    counts_from_all date, counts_until date);
create table mart_topic_heat_daily (day date, platform varchar, topic_id varchar, n_docs bigint, n_authors bigint,
    heat_share_bp double, heat_index double, status varchar, run_id varchar);
create table mart_topic_velocity (week date, platform varchar, topic_id varchar, x_cur double, x_prev double, read_growth double, v_log double,
    v_lo double, v_hi double, pct double, doubling_days double, q_value double, event_q_value double, event_id varchar, status varchar);
create table mart_topic_burst (day date, platform varchar, grain varchar, topic_id varchar, x double, mu double,
    ratio double, p_value double, q_value double, event_q_value double, m_tested bigint, level varchar, event_id varchar, status varchar,
    effective_authors double, loudest_share double, dispersion double);
create table mart_topic_snapshot (week date, platform varchar, topic_id varchar, age_h integer, n_posts bigint,
    n_authors bigint, lift double, lift_lo double, lift_hi double, status varchar);
create table mart_brand_sov_weekly (week date, platform varchar, category_id varchar, brand_id varchar, n_docs bigint,
    n_authors bigint, n_platforms bigint, sov double, sov_lo double, sov_hi double, sov_split double,
    sov_split_lo double, sov_split_hi double, sov_eng double, sov_organic double, delta_pp double, delta_lo double,
    delta_hi double, rank bigint, rank_diff bigint, heat_diff double, status varchar);
create table mart_topic_sentiment (week date, platform varchar, topic_id varchar, brand_id varchar, source varchar,
    window_days integer, n_pos bigint, n_neg bigint, n_neu bigint, n_polar bigint, nsr double, nsr_lo double, nsr_hi double,
    nsr_total double, sens double, model_ver varchar, status varchar);
create table mart_aspect_sentiment (week date, platform varchar, topic_id varchar, aspect varchar,
    window_days integer, n_pos bigint,
    n_neg bigint, nsr double, lo double, hi double, top_phrase varchar);
create table mart_topic_aipl (week date, platform varchar, topic_id varchar, window_days integer, n_cued bigint, cue_coverage double,
    a_share double, i_share double, i_lo double, i_hi double, p_share double, p_lo double, p_hi double,
    l_share double, drop_share double, drop_lo double, drop_hi double, pull double, pull_lo double, pull_hi double,
    lex_ver varchar, status varchar);
create table mart_interest (topic_id varchar, label varchar, label_en varchar, l1 varchar, l2 varchar);
create table mart_topic_opportunity (period date, topic_id varchar, l1 varchar, demand_authors bigint,
    intent_authors bigint, spu_cnt bigint, shop_cnt bigint, new_spu_28d bigint, d_log double, s_log double, gap double,
    gap_lo double, gap_hi double, class varchar, price_p50 double, price_currency varchar, sold_low bigint, sold_high bigint,
    hhi_top10 double, shortage_authors bigint, demand_index double, supply_index double, query_coverage double,
    status varchar);
create table v_opportunity_score (weeks bigint, n_topics bigint, growth double, control_growth double,
    difference double, difference_lo double, difference_hi double, status varchar);
create table mart_price_band (week date, platform varchar, l2 varchar, topic_id varchar, band_no bigint, lo double,
    hi double, spu_cnt bigint, shop_cnt bigint, spu_share double, sold_share_low double, sold_share_high double,
    mention_authors bigint, mention_share double, p10 double, p25 double, p50 double, p75 double, p90 double,
    p50_lo double, p50_hi double, unit varchar, status varchar, n_shops bigint);
create table mart_price_quantile (week date, platform varchar, l2 varchar, unit varchar, quantile double, n_sold bigint,
    sold_price_lo double, sold_price_hi double);
create table v_weekly_trend (week date, topic_id varchar, stage varchar, direction varchar, age_weeks double,
    heat_share_bp double, ratio double, q_value double, doubling_days double, n_authors bigint, n_platforms bigint,
    lead_platform varchar, nsr_comment double, top_attrs varchar[], seasonal boolean, peak_week date, status varchar,
    run_id varchar);
create table mart_topic_leadlag (topic_id varchar, event_id varchar, platform_a varchar, platform_b varchar,
    first_a timestamptz, first_b timestamptz, lag_h double, resolution_h double, order_call varchar, n_docs_a bigint,
    n_docs_b bigint);
create table mart_platform_leadlag (quarter date, a varchar, b varchar, n_topics bigint, lag_med_h double, lag_q25 double,
    lag_q75 double, a_first_share double, tie_share double, p_sign double);
create table v_scorecard (week_called date, topic_id varchar, call varchar, checked_week date,
    still_above_base boolean, ratio_now double, is_right boolean, is_retrospective boolean);
create table mart_call (week_called date, topic_id varchar, call varchar, x double, mu double, event_id varchar, is_retrospective boolean);
create table mart_base_rate (week_called date, call varchar, checked_week date, n_topics bigint, n_right bigint);
create table mart_breakout (platform varchar, board varchar, title varchar, subject_id varchar, url varchar,
    captured_at timestamptz, probability double, is_call boolean, rank bigint, rank_change_3h bigint, age_hours double,
    status varchar);
create table mart_breakout_call (platform varchar, board varchar, title varchar, captured_at timestamptz, probability double,
    is_call boolean, rank bigint);
create table mart_breakout_score (platform varchar, board varchar, title varchar, captured_at timestamptz,
    probability double, is_call boolean, reached_top boolean, lead_hours double, is_retrospective boolean);
create table mart_watch_group (group_no bigint, group_name varchar, rule varchar, most_shown bigint);
create table mart_watch_match (group_no bigint, group_name varchar, terms varchar[], subject_kind varchar, kind varchar,
    subject_id varchar, platform varchar, day date, title varchar, url varchar);
create table core_posts (subject_id varchar, platform varchar, kind varchar, url varchar, title varchar, text varchar,
    author_key varchar, published_at timestamptz, is_ad boolean, likes bigint, comments bigint, shares bigint,
    first_captured_at timestamptz, captured_at timestamptz);
create table core_listings (subject_id varchar, platform varchar, title varchar, url varchar, shop varchar, brand varchar,
    price decimal(18, 4), currency varchar, first_captured_at timestamptz, captured_at timestamptz);
create table core_board_entries (entry_id varchar, platform varchar, board varchar, title varchar, url varchar,
    best_rank bigint, first_seen_at timestamptz, last_seen_at timestamptz);
create table core_annotations (subject_kind varchar, subject_id varchar, tagger varchar, tagger_version varchar,
    label varchar, score double);
create table crawl_reports (source varchar, run_id varchar, outcome varchar, finished_at timestamptz, blocks varchar[],
    messages varchar[]);
