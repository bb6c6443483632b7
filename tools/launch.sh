# Sourced by the programs in this folder.
#
#   launch NAME MODULE PROFILE MAIN [ARGUMENT...]
#
# runs the class MAIN of MODULE on a JDK 25, in place of this shell. PROFILE is the Maven profile that writes the program's
# class path into the module's target/PROFILE.classpath. Builds what is missing or older than its source first. NAME begins
# every message.

root=$(cd "$(dirname "$0")/.." && pwd)

is_jdk25() {
    [ -x "$1" ] && "$1" -version 2>&1 | grep -q 'version "25'
}

newer_than() {
    find "$root" -path '*/src/*' ! -path '*/src/test/*' -type f -newer "$1" -print 2>/dev/null | head -n 1
}

# Sets java to that of a JDK 25, or ends this shell.
find_jdk25() {
    java=
    for candidate in "${JAVA_HOME:-}/bin/java" "$(command -v java || true)" /usr/lib/jvm/*/bin/java /opt/*/bin/java \
            "$HOME"/.sdkman/candidates/java/*/bin/java "$HOME"/.jdks/*/bin/java "$HOME"/.gradle/jdks/*/bin/java \
            /usr/local/*/bin/java /Library/Java/JavaVirtualMachines/*/Contents/Home/bin/java; do
        if is_jdk25 "$candidate"; then
            java=$candidate
            break
        fi
    done
    if [ -z "$java" ]; then
        echo "$name: no JDK 25 was found: install Eclipse Temurin 25, or set JAVA_HOME to a JDK 25" >&2
        exit 2
    fi
}

launch() {
    name=$1
    module=$2
    profile=$3
    main=$4
    shift 4
    classpath="$root/$module/target/$profile.classpath"
    class="$root/$module/target/classes/$(echo "$main" | tr . /).class"

    find_jdk25

    if [ ! -f "$classpath" ] || [ ! -f "$class" ] || [ -n "$(newer_than "$classpath")" ]; then
        rm -f "$classpath"
        log=$(mktemp)
        if ! (cd "$root" && mvn -B -ntp -q -pl "$module" -am "-P$profile" process-classes) >"$log" 2>&1; then
            cat "$log" >&2
            rm -f "$log"
            echo "$name: the build failed" >&2
            exit 2
        fi
        rm -f "$log"
    fi

    exec "$java" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED \
        -cp "$(cat "$classpath")" "$main" "$@"
}
