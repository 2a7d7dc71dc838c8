#!/bin/sh
# Run once, when the database's volume is empty: makes the login and the database of Perdure. The login owns its database and is no superuser, so that
# PostgreSQL itself keeps people's rows apart.
set -eu
psql --set=ON_ERROR_STOP=1 --set=login="${LOGIN:-perdure}" --set=password="$POSTGRES_PASSWORD" \
  --username="${POSTGRES_USER:-postgres}" --dbname=postgres <<'SQL'
create role :"login" login createrole noinherit password :'password';
create database :"login" owner :"login";
\connect :"login"
alter schema public owner to :"login";
SQL
