-- story_order: one row per story that two platforms share, in however many wordings: its first title on each, and what the readings tell of the order
create or replace temp table story_order as
with told as (
    select * from story_title join story_part using (title_no_a)
),
began as (
    select story_no, min(first_a) as began_a, min(first_b) as began_b from told group by story_no
),
story as (
    select
        any_value(platform_a) as platform_a, any_value(platform_b) as platform_b,
        any_value(began_a) as first_a, any_value(began_b) as first_b,
        max(similarity) as similarity, min(subject_a) as subject_a,
        epoch_us(any_value(began_b)) - epoch_us(any_value(began_a)) as lag_us,
        greatest(
            1.0,
            max(coalesce(gap_a_h, 72)) filter (where first_a = began_a),
            max(coalesce(gap_b_h, 72)) filter (where first_b = began_b)
        ) as resolution_h
    from told
    join began using (story_no)
    group by story_no
)
select
    * exclude (lag_us), lag_us / 3.6e9 as lag_h,
    case
        -- twice as much is the 72 hours themselves, so that no order could be told: such a board was not read before
        when resolution_h >= 36 then null
        when abs(lag_us / 3.6e9) <= 2 * resolution_h then 'tie'
        when lag_us > 0 then 'a_first'
        else 'b_first'
    end as order_call
from story;
