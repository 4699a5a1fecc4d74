#!/bin/bash
# packaging/audit.sh [SOURCE]
#
# Looks every NuGet package of the lock files up in the vulnerability index of SOURCE (nuget.org unless given). Ends with
# 0 if none has a known vulnerability, and with 1 if one has, or if the index cannot be read.
set -euo pipefail
cd "$(dirname "$0")/.."

config=$(mktemp --suffix=.config)
trap 'rm -f "$config"' EXIT
cat > "$config" << EOF
<configuration>
  <auditSources>
    <clear />
    <add key="audit" value="${1:-https://api.nuget.org/v3/index.json}" />
  </auditSources>
</configuration>
EOF

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet restore TokenAuth.sln --force --locked-mode --configfile "$config" -v quiet \
  -p:NuGetAudit=true -p:NuGetAuditMode=all -p:NuGetAuditLevel=low
echo "No package has a known vulnerability."
