#!/bin/bash
# packaging/build.sh [--out DIR] [--rid linux-x64]... [--commit COMMIT] [--version V] [--image]
#
# Builds a release of a commit on a fresh Debian machine with the .NET 10 SDK and git: for linux-x64 and linux-arm64
# (or those that --rid names) a Debian package, an archive and an SBOM, and SHA256SUMS. --image adds an OCI image, for
# which the registry of the base image must be within reach. The result is in artifacts/release unless --out says
# otherwise. All times in it are that of the commit.
set -euo pipefail
packaging=$(cd "$(dirname "$0")" && pwd)
cd "$packaging/.."

out=$PWD/artifacts/release commit=HEAD version= image= rids=()
while [ $# -gt 0 ]; do
  case $1 in
    --out) out=$(realpath -m "$2"); shift ;;
    --rid) rids+=("$2"); shift ;;
    --commit) commit=$2; shift ;;
    --version) version=$2; shift ;;
    --image) image=1 ;;
    *) echo "build.sh: unknown argument $1" >&2; exit 2 ;;
  esac
  shift
done
[ ${#rids[@]} -gt 0 ] || rids=(linux-x64 linux-arm64)
for tool in dpkg-deb gzip tar; do
  command -v "$tool" > /dev/null || { echo "build.sh: $tool is missing" >&2; exit 1; }
done

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 LC_ALL=C TZ=UTC
revision=$(git rev-parse --verify "$commit^{commit}")
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct "$revision")
export SOURCE_DATE_EPOCH
umask 022

# The sources in a folder of their own: without what the working copy has besides, and with the time of the commit. Its
# path is always the same, because Razor compiles its pages from text that contains the path.
rm -rf "$out"
mkdir -p "$out"
work=/tmp/tokenauth-build
mkdir -m 0700 "$work" || { echo "build.sh: another build runs; remove $work if it does not" >&2; exit 1; }
trap 'rm -rf "$work"' EXIT
mkdir "$work/source"
git archive "$revision" | tar -x -C "$work/source"
cd "$work/source"
[ -n "$version" ] || version=$(sed -n 's|.*<Version>\(.*\)</Version>.*|\1|p' Directory.Build.props)
# Composite would compile the runtime's own assemblies once more, which takes several times as long. The analyzer of
# single files is a package of the SDK's patch version, which the lock file would have to follow.
properties=(-c Release -p:Version="$version" -p:ContinuousIntegrationBuild=true -p:SourceRevisionId="$revision"
  -p:PathMap="$work/source=/_" -p:DebugType=embedded -p:PublishReadyToRunComposite=false
  -p:RestoreLockedMode=true -p:EnableSingleFileAnalyzer=false --nologo -v quiet)

stamp() { # all files below $1 get the time of the commit and modes that do not depend on this machine
  find "$1" -type d -exec chmod 0755 {} +
  find "$1" -type f ! -perm /111 -exec chmod 0644 {} +
  find "$1" -type f -perm /111 -exec chmod 0755 {} +
  find "$1" -exec touch -h -d "@$SOURCE_DATE_EPOCH" {} +
}

archive() { # the folder $1 as a gzipped tar on standard output
  tar --format=ustar --sort=name --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    -C "$(dirname "$1")" -c "$(basename "$1")" | gzip -n
}

sbom() { # rid: the libraries of the last publish, and the .NET runtime
  local file="tokenauth-$version-$1.cdx.json"
  (cd "$packaging/.." && dotnet tool restore > /dev/null \
    && dotnet dotnet-CycloneDX "$work/source/TokenAuth.Web/TokenAuth.Web.csproj" -o "$out" -fn "$file" -F Json \
      -ns -dpr -spv 1.6 -sn tokenauth -sv "$version" \
      -ef Meziantou.Analyzer,Microsoft.CodeAnalysis.BannedApiAnalyzers,Microsoft.NET.ILLink.Tasks > /dev/null)
  local runtime
  runtime=$(sed -n '/"downloadDependencies"/,/^ *\],*$/p' TokenAuth.Web/obj/project.assets.json \
    | sed -n 's/.*"name": "\(Microsoft[^"]*\.Runtime\.[^"]*\)".*/\1/p; s/.*"version": "\[\([^,]*\),.*/\1/p' \
    | awk '/^Microsoft.*Runtime/ { name = $0; next }
      name { printf "    {\\n      \"type\": \"framework\",\\n      \"bom-ref\": \"pkg:nuget/%s@%s\",\\n", name, $0
        printf "      \"name\": \"%s\",\\n      \"version\": \"%s\",\\n", name, $0
        printf "      \"licenses\": [ { \"license\": { \"id\": \"MIT\" } } ],\\n"
        printf "      \"purl\": \"pkg:nuget/%s@%s\"\\n    },\\n", name, $0; name = "" }')
  sed -i -e "s|\"timestamp\": \"[^\"]*\"|\"timestamp\": \"$(date -u -d "@$SOURCE_DATE_EPOCH" +%FT%TZ)\"|" \
    -e "s|^  \"components\": \[|&\n${runtime%\\n}|" "$out/$file"
  grep -q Microsoft.NETCore.App.Runtime "$out/$file" || { echo "build.sh: no runtime in $file" >&2; exit 1; }
}

package() { # rid, folder of the program
  local root="$work/deb-$1" architecture=amd64
  [ "$1" = linux-x64 ] || architecture=${1#linux-}
  local doc="$root/usr/share/doc/tokenauth"
  mkdir -p "$root"/{DEBIAN,etc/tokenauth,usr/bin,usr/lib/systemd/system,usr/share/man/man8} "$doc"
  cp -r "$2" "$root/usr/lib/tokenauth"
  mv "$root/usr/lib/tokenauth"/{LICENSE,THIRD-PARTY-NOTICES.txt,CHANGELOG.md,README.md,dotnet} "$doc"
  cp -r docs/operations.md docs/sign-in-limits.md docs/introspection.md docs/monitoring \
    docs/tokenauth.sample.json docs/appsettings.schema.json "$doc"
  cp "$out/tokenauth-$version-$1.cdx.json" "$doc/tokenauth.cdx.json"
  { cat "$packaging/debian/copyright"; sed -e '1,2d' -e 's/^$/./' -e 's/^/ /' LICENSE; } > "$doc/copyright"
  printf 'tokenauth (%s) stable; urgency=medium\n\n  * See CHANGELOG.md.\n\n -- %s  %s\n' "${version/-/\~}" \
    "$(sed -n 's/^Maintainer: //p' "$packaging/debian/control")" "$(date -u -R -d "@$SOURCE_DATE_EPOCH")" \
    | gzip -9n > "$doc/changelog.gz"
  cp "$packaging/debian/appsettings.json" "$root/etc/tokenauth/appsettings.json"
  cp "$packaging/debian/tokenauth.service" "$root/usr/lib/systemd/system/tokenauth.service"
  install -m 0755 "$packaging/debian/tokenauth" "$root/usr/bin/tokenauth"
  sed -e "s/@VERSION@/$version/" -e "s/@DATE@/$(date -u -d "@$SOURCE_DATE_EPOCH" +%F)/" \
    "$packaging/debian/tokenauth.8" | gzip -9n > "$root/usr/share/man/man8/tokenauth.8.gz"
  completions "$root"
  stamp "$root"
  cp "$packaging/debian/conffiles" "$root/DEBIAN/conffiles"
  install -m 0755 "$packaging"/debian/{postinst,prerm,postrm} "$root/DEBIAN"
  (cd "$root" && find etc usr -type f | sort | xargs md5sum > DEBIAN/md5sums)
  # In Debian a version with a tilde is older than the same one without it, as 1.0.0-rc.1 is in SemVer.
  sed -e "s/@VERSION@/${version/-/\~}/" -e "s/@ARCHITECTURE@/$architecture/" \
    -e "s/@SIZE@/$(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f1)/" \
    "$packaging/debian/control" > "$root/DEBIAN/control"
  chmod 0644 "$root"/DEBIAN/{control,conffiles,md5sums}
  touch -d "@$SOURCE_DATE_EPOCH" "$root"/DEBIAN/* "$root/DEBIAN"
  dpkg-deb --root-owner-group -Zxz -z2 --build "$root" "$out/tokenauth_${version/-/\~}_$architecture.deb" > /dev/null
  rm -rf "$root"
}

completions() { # root of the package; the program of this machine writes them, if it has the command
  local program="$work/tokenauth-$version-linux-x64/tokenauth" shell file
  [ "$(uname -m)" = x86_64 ] && [ -x "$program" ] || return 0
  while read -r shell file; do
    if "$program" completion "$shell" > "$work/completion" 2> /dev/null && [ -s "$work/completion" ]; then
      install -D -m 0644 "$work/completion" "$1/usr/share/$file"
    fi
  done << 'EOF'
bash bash-completion/completions/tokenauth
fish fish/vendor_completions.d/tokenauth.fish
zsh zsh/vendor-completions/_tokenauth
EOF
}

for rid in "${rids[@]}"; do
  echo "== $rid"
  folder="$work/tokenauth-$version-$rid"
  dotnet publish TokenAuth.Web "${properties[@]}" -r "$rid" --self-contained -p:PublishSingleFile=true -o "$folder"
  mv "$folder/TokenAuth.Web" "$folder/tokenauth"
  # Compressed files have the time of the build.
  sed -i "s/\"[A-Z][a-z]\{2\}, [0-9]\{2\} [A-Z][a-z]\{2\} [0-9]\{4\} [0-9:]\{8\} GMT\"/\"$(date -u -d \
    "@$SOURCE_DATE_EPOCH" '+%a, %d %b %Y %T GMT')\"/g" "$folder/TokenAuth.Web.staticwebassets.endpoints.json"
  runtime=$(ls -d "${NUGET_PACKAGES:-$HOME/.nuget/packages}/microsoft.netcore.app.runtime.$rid"/* | sort -V | tail -n 1)
  mkdir "$folder/dotnet"
  cp "$runtime"/LICENSE.TXT "$runtime"/THIRD-PARTY-NOTICES.TXT "$folder/dotnet"
  cp README.md CHANGELOG.md LICENSE "$folder"
  chmod 0644 "$folder"/*.so "$folder"/dotnet/*
  stamp "$folder"
  sbom "$rid"
  archive "$folder" > "$out/tokenauth-$version-$rid.tar.gz"
  package "$rid" "$folder"
done

if [ -n "$image" ]; then
  echo "== image"
  dotnet publish TokenAuth.Web "${properties[@]}" -r linux-x64 --self-contained -t:PublishContainer \
    -p:ContainerArchiveOutputPath="$out/tokenauth-$version-image.tar"
fi

rm -rf "$work"
cd "$out"
sums=$(sha256sum -- *)
tee SHA256SUMS <<< "$sums"
