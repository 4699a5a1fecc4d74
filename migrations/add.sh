#!/bin/sh
# migrations/add.sh NAME      scaffold the migration NAME for every provider whose model has changed
# migrations/add.sh --check   write nothing; exit with 1 if a provider lacks a migration
# The script always builds first, because the tool reads the model and the existing migrations from the compiled
# TokenAuth.Web.
set -eu
exec dotnet run -c Release --project "$(dirname "$0")/Add/TokenAuth.Migrations.csproj" -- "$@"
