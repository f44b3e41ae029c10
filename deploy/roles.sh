#!/usr/bin/env bash
# The two roles of a database: who owns the tables, and as whom the service runs.
set -euo pipefail
psql --username postgres --set owner="$OWNER_PASSWORD" --set service="$SERVICE_PASSWORD" <<'SQL'
CREATE ROLE shouwen_owner LOGIN PASSWORD :'owner' NOSUPERUSER NOBYPASSRLS;
CREATE ROLE shouwen_service LOGIN PASSWORD :'service' NOSUPERUSER NOBYPASSRLS;
CREATE DATABASE shouwen OWNER shouwen_owner;
SQL
