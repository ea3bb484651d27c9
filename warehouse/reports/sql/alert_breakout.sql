-- no row yet: there is no forecast of breakouts in this warehouse
select '' as key, '' as topic_id, '' as label, '' as platform, 0::bigint as rank, 0.0::double as probability
where $least_probability::double > 1
