# Reads one measure a line, fields separated by tabs:
#   name, unit, kind, at most (or "-"), samples separated by spaces
# and prints a table of medians. A kind "rate" or "time" is also shown as a multiple of pgbench's; kinds "rate:tpcb",
# "time:select" and so on are pgbench's own and come before all that is compared with them. A kind "title" is only a name.

BEGIN {
    FS = "\t"
    print_columns("", "median", "lowest to highest", "unit", "/ TPC-B", "/ select", "target")
}

$3 == "title" { printf "\n%s\n", $1; next }

{
    count = split($5, samples, " ")
    sort(samples, count)
    middle = int((count + 1) / 2)
    median = count % 2 ? samples[middle] : (samples[middle] + samples[middle + 1]) / 2
    split($3, kind, ":")
    if (kind[2] != "") reference[kind[1], kind[2]] = median

    spread = count > 1 ? number(samples[1]) " to " number(samples[count]) : ""
    target = $4 == "-" ? "" : sprintf("%s %s", median < $4 ? "met: under" : "MISSED: under", number($4))
    print_columns("  " $1, number(median), spread, $2, ratio(kind, "tpcb"), ratio(kind, "select"), target)
}

function print_columns(name, median, spread, unit, of_tpcb, of_select, target,    line) {
    line = sprintf("%-42s %12s  %-21s %-4s %9s %9s  %s", name, median, spread, unit, of_tpcb, of_select, target)
    sub(/ +$/, "", line)
    print line
}

function ratio(kind, name) {
    if (kind[2] != "" || !reference[kind[1], name]) return ""
    return number(median / reference[kind[1], name])
}

function sort(values, count,    i, j, value) {
    for (i = 2; i <= count; i++) {
        value = values[i] + 0
        for (j = i - 1; j > 0 && values[j] + 0 > value; j--) values[j + 1] = values[j]
        values[j + 1] = value
    }
}

# Three digits that mean something, thousands set apart.
function number(value,    text) {
    if (value == int(value) || value >= 100) text = sprintf("%.0f", value)
    else if (value >= 10) text = sprintf("%.1f", value)
    else if (value >= 1) text = sprintf("%.2f", value)
    else text = sprintf(value >= 0.001 ? "%.3f" : "%.5f", value)
    while (match(text, /^[0-9][0-9][0-9][0-9]+/))
        text = substr(text, 1, RLENGTH - 3) "," substr(text, RLENGTH - 2)
    return text
}
