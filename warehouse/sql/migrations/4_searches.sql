-- crawl_reports.queries: the searches of each run; of earlier ones nothing is known
alter table "crawl_reports" add column "queries"
    struct(query varchar, platform varchar, record_kind varchar, asked_at timestamp with time zone, found bigint)[] default [];
update "crawl_reports" set "queries" = [];
alter table "crawl_reports" alter column "queries" drop default;
alter table "crawl_reports" alter column "queries" set not null;
comment on column "crawl_reports"."queries" is 'Searches answered, those that found nothing too; one that failed is not among them.';
