-- no rows: the functions that the marts share
create or replace temp macro shanghai_day(moment) as cast(moment at time zone 'Asia/Shanghai' as date);
-- the moment in which a day begins in Shanghai: rows are compared with it faster than each row's day is worked out
create or replace temp macro day_begin(day) as cast(day as timestamp) at time zone 'Asia/Shanghai';
-- the window of seven days that a day falls into, named by its last day; windows end on the as-of day
create or replace temp macro week_of(day) as
    cast(getvariable('as_of') as date) - cast(date_diff('day', day, cast(getvariable('as_of') as date)) // 7 as integer) * 7;
-- whether a platform, or the searches that lead to a topic, were read too thinly to compare; what is unknown is not thin
create or replace temp macro is_thin(coverage, query_coverage) as coalesce(least(coverage, query_coverage) < 0.8, false);
-- whether two topics with so many documents, of which they share so many, tell of one event: a word or tag is the same event as another that
-- holds half of its documents (头皮, 防晒喷雾 and 头皮防晒); with an interest, half of all their documents together: a narrow topic in a broad
-- interest stays its own event
create or replace temp macro tell_of_one_event(topic_a, topic_b, n_a, n_b, n_shared) as n_shared > 0.5 * case
    when topic_a like 'interest:%' or topic_b like 'interest:%' then n_a + n_b - n_shared
    else least(n_a, n_b)
end;
-- a search as one word, however it was typed
create or replace temp macro fold_query(query) as lower(trim(query));
-- how evenly something was read or run: the smaller of two numbers over the larger
create or replace temp macro evenness_of(n_now, n_usual) as coalesce(least(n_now, n_usual) / nullif(greatest(n_now, n_usual), 0), 0);
-- deposits and one-cent lures are no prices
create or replace temp macro is_price(price) as price > 1;
create or replace temp macro normalise_title(title) as
    regexp_replace(lower(title), 'https?://\S+|[@#＠＃]\S*|[\p{P}\p{S}\p{Z}\p{N}]', '', 'g');
-- a post's title and text as taggers read them (nlp/text.py), near enough for the spans of their labels: characters that take no or several
-- places, links, mentions and white space; NFKC and simplified characters keep their places. Letters of a name by blocks: thirty times \p{L} takes RE2
-- a tenth of a second to compile, even where no text is read
create or replace temp macro tagged_text(title, text) as trim(regexp_replace(regexp_replace(regexp_replace(regexp_replace(
    replace(replace(regexp_replace(
        left(concat_ws(chr(10), nullif(title, ''), nullif(text, '')), 2000),
        '[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\x{ad}\x{200b}\x{200c}\x{200e}\x{200f}\x{202a}-\x{202e}\x{2060}-\x{2064}\x{2066}-\x{206f}\x{fe0e}\x{fe0f}\x{feff}]', '', 'g'
    ), '…', '...'), '℃', '°C'),
    '(?i)(?:https?://|www\.)[A-Za-z0-9._~:/?#@!$&''*+,;=%\[\]()-]+', ' ', 'g'),
    '(^|[^A-Za-z0-9._%+-])[@＠][0-9A-Za-z_·ª²³µ¹º¼-¾\x{c0}-\x{1fff}\x{2070}-\x{209c}\x{2150}-\x{218f}\x{2460}-\x{249b}\x{24ea}-\x{24ff}\x{2776}-\x{2793}\x{2c00}-\x{2dff}\x{3005}-\x{3007}\x{3021}-\x{3029}\x{3041}-\x{30fa}\x{30fc}-\x{318e}\x{31f0}-\x{31ff}\x{3400}-\x{4dbf}\x{4e00}-\x{a4cf}\x{a500}-\x{d7ff}\x{f900}-\x{fdff}\x{ff10}-\x{ff19}\x{ff21}-\x{ff3a}\x{ff41}-\x{ff5a}\x{ff66}-\x{ffdc}\x{1d400}-\x{1d7ff}\x{20000}-\x{3ffff}-]{1,30}(?:\([A-Za-z0-9_]{4,24}\))?', '\1 ', 'g'),
    '[^\S\n]*\n\s*', chr(10), 'g'),
    '[ \t\r\x{a0}\x{3000}]{2,}', ' ', 'g'), ' ' || chr(9) || chr(10) || chr(160) || chr(12288));
-- Rogan and Gladen 1978: the share of positives behind an observed share, by the classifier's sensitivity and specificity
create or replace temp macro true_share(p, sens, spec) as
    case when p is not null and sens is not null then least(1, greatest(0, (p + spec - 1) / (sens + spec - 1))) end;
-- its interval from those of the share, of sensitivity and of specificity on n labelled texts each (MOVER, Zou and Donner 2008)
create or replace temp macro true_share_lo(p, p_lo, sens, spec, n) as
    case when p is not null and sens is not null then greatest(0, (p + spec - 1) / (sens + spec - 1) - sqrt(
        pow(p - p_lo, 2) + pow(true_share(p, sens, spec) * (wilson_hi(sens * n, n) - sens), 2)
        + pow((1 - true_share(p, sens, spec)) * (spec - wilson_lo(spec * n, n)), 2)
    ) / (sens + spec - 1)) end;
create or replace temp macro true_share_hi(p, p_hi, sens, spec, n) as
    case when p is not null and sens is not null then least(1, (p + spec - 1) / (sens + spec - 1) + sqrt(
        pow(p_hi - p, 2) + pow(true_share(p, sens, spec) * (sens - wilson_lo(sens * n, n)), 2)
        + pow((1 - true_share(p, sens, spec)) * (wilson_hi(spec * n, n) - spec), 2)
    ) / (sens + spec - 1)) end;
-- mean of shares and half-width of the mean of independent ones; decimals, as a sum of doubles depends on the order of its rows
create or replace temp macro mean_of(share) as sum(cast(share as decimal(18, 15)))::double / count(share);
create or replace temp macro spread_of(half) as sqrt(sum(cast(half * half as decimal(18, 15)))::double) / count(half);
-- documents that a topic's parts on the platforms would have in a time, each spread over times as all of its platform are; decimals as above
create or replace temp macro spread_documents(n_docs, n_read, n_read_ever) as
    sum(cast(n_docs * n_read / n_read_ever as decimal(18, 9)))::double;
-- a count that grows evenly on the logarithmic scale from one reading to another, of which one may be missing where part says so
create or replace temp macro count_between(earlier, later, part) as round(case
    when part = 0 then earlier when part = 1 then later
    else exp(ln(1 + earlier) * (1 - part) + ln(1 + later) * part) - 1
end)::bigint;
-- the band of a price, from 1, by the upper edges of all bands but the highest; one band where there are no edges
create or replace temp macro band_of(price, edges) as
    case when edges is null then 1 else 1 + len(list_filter(edges, lambda edge: edge <= price)) end;
