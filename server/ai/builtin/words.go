package builtin

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// price writes a price with about five digits and separators: more would be
// noise to a reader, fewer would merge levels.
func price(f evidence.Figure) string {
	v := float64(f)
	decimals := 0
	if v != 0 {
		const digits = 5
		decimals = max(0, digits-1-int(math.Floor(math.Log10(math.Abs(v)))))
	}
	return number(v, min(decimals, 12))
}

// points writes an oscillator's reading, which says little behind the point.
func points(f evidence.Figure) string {
	v := float64(f)
	if math.Abs(v) < 9.95 {
		return number(v, 1)
	}
	return number(v, 0)
}

// percent writes a percentage without its sign: words beside it tell the way.
func percent(f evidence.Figure) string {
	v := math.Abs(float64(f))
	switch {
	case v < 0.995:
		return number(v, 2) + "%"
	case v < 99.5:
		return number(v, 1) + "%"
	}
	return number(v, 0) + "%"
}

// signed writes a percentage with its sign.
func signed(f evidence.Figure) string {
	text := percent(f)
	if f < 0 && strings.ContainsAny(text, "123456789") {
		return "−" + text
	}
	return text
}

// number writes v with so many decimals, commas between thousands, and a true
// minus.
func number(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, rest, _ := strings.Cut(text, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		whole += "." + rest
	}
	if v < 0 && strings.ContainsAny(whole, "123456789") {
		return "−" + whole
	}
	return whole
}

// ago writes how long ago a bar closed.
func ago(bars int) string {
	switch bars {
	case 0:
		return "on the last bar"
	case 1:
		return "1 bar ago"
	}
	return fmt.Sprintf("%d bars ago", bars)
}

func count(n int, what string) string {
	if n == 1 {
		return "1 " + what
	}
	return number(float64(n), 0) + " " + what + "s"
}

func moment(ms int64) string { return time.UnixMilli(ms).UTC().Format("2 Jan 2006 15:04") + " UTC" }

// list joins parts with commas and a last "and".
func list(parts []string) string {
	if len(parts) < 2 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:len(parts)-1], ", ") + " and " + parts[len(parts)-1]
}

// capital begins a sentence.
func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
