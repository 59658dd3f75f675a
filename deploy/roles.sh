#!/bin/sh
# The roles of Vigie, made once when the database is: its owner, who is bound by row-level security like everybody; the
# application, which owns nothing; whoever backs up, who reads every row and writes none.
set -eu
psql --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname "$POSTGRES_DB" \
    --set owner="$POSTGRES_PASSWORD" --set app="$APP_PASSWORD" --set backup="$BACKUP_PASSWORD" <<'SQL'
create role vigie_owner login password :'owner' nosuperuser nobypassrls;
create role vigie_app login password :'app' nosuperuser nobypassrls;
create role vigie_backup login password :'backup' bypassrls in role pg_read_all_data;
alter database vigie owner to vigie_owner;
alter schema public owner to vigie_owner;
SQL
