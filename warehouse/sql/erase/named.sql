-- no rows: what says whether a text or a document names an erased subject; spiders/erasure.py asks the same of files
create or replace temp table erased_ids as
select distinct substring(subject_id, instr(subject_id, ':') + 1) as own_id
from erased_subjects
where length(subject_id) - instr(subject_id, ':') >= 6;

-- an id that is no one word, such as an address, in each way that texts spell it: as it is, in HTML, in JSON, in an address
create or replace temp table erased_addresses as
select
    list_distinct([
        own_id,
        replace(replace(replace(replace(replace(own_id, '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;'), '''', '&#x27;'),
        replace(own_id, '/', '\/'),
        url_encode(own_id)
    ]) as spellings
from erased_ids
where not regexp_full_match(own_id, '[0-9A-Za-z_-]+');

set variable erased_ids = (select coalesce(list(own_id), []) from erased_ids);

set variable erased_addresses = (select coalesce(flatten(list(spellings)), []) from erased_addresses);

-- the longest word of each spelling, one with a digit before others: a text without any of them is not searched for the spellings
set variable erased_words = (
    select coalesce(list(distinct coalesce(
        list_max(list_transform(
            regexp_extract_all(spelling, '[0-9A-Za-z]+'),
            lambda word: {'has_digit': regexp_matches(word, '[0-9]'), 'letters': length(word), 'word': word}
        )).word,
        ''
    )), [])
    from (select unnest(spellings) as spelling from erased_addresses)
);

-- not as the beginning or the end of a longer id or address
create or replace temp macro is_named(body) as
    list_has_any(regexp_extract_all(body, '[0-9A-Za-z_-]{6,}'), getvariable('erased_ids'))
    or case
        when list_has_any(list_append(regexp_extract_all(body, '[0-9A-Za-z]+'), ''), getvariable('erased_words'))
        then len(list_filter(
            getvariable('erased_addresses'),
            lambda address: contains(body, address)
                and regexp_matches(body, '(^|[^0-9A-Za-z_-])' || regexp_escape(address) || '($|[^0-9A-Za-z_-])')
        )) > 0
        else false
    end;

create or replace temp view erased_documents as
select subject_id
from erased_subjects
union
select entry_id
from core_board_entries
where platform || ':' || subject_id in (select subject_id from erased_subjects);
