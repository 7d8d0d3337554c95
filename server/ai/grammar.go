package ai

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/cipher"
	"github.com/quantum-signals/quantum/core/volume"
	"github.com/quantum-signals/quantum/server"
)

// The builtin grammar of rules: conditions joined by "and" or "or". A condition
// is an event, or a reading, level or price held against a number or another
// one. What it does not understand it refuses, naming the words.

var (
	numberForm = regexp.MustCompile(`-?\d+(?:[,']\d{3})*(?:\.\d+)?`)
	plainMinus = strings.NewReplacer("−", "-", "minus ", "-")
	separators = strings.NewReplacer(",", "", "'", "")
	joint      = regexp.MustCompile(`\s*(?:,\s*)?\b(and|or|while|when|if|with)\b\s*|\s*[,;]\s+`)
	compare    = regexp.MustCompile(`^(.*?)\s*(<=|>=|<|>|\b(?:is |are |goes |falls |rises |drops |closes |trades |crosses |stays )*(?:at or below|at or above|at most|at least|not above|not below|below|under|beneath|less than|lower than|above|over|more than|greater than|higher than)\b)\s*(.*)$`)
	filler     = regexp.MustCompile(`^(?:alert me|tell me|notify me|please|whenever|once|the|a|an|there is|there was|on|i want|signal|fires|fired|appears|market is|it is|its)\s+|\s+(?:signal|event|fires|fired|appears|line|level|reading|shows up|comes)$`)
)

// operands are the words for readings, levels and prices; the longest first.
var operands = sorted(map[string]string{
	"rsi": "rsi", "relative strength": "rsi", "money flow": "mf", "mf": "mf", "wavetrend": "wt2", "the waves": "wt2", "waves": "wt2", "slow wave": "wt2", "fast wave": "wt1",
	"stochastic": "stoch_k", "stoch": "stoch_k", "schaff": "stc", "schaff cycle": "stc", "schaff trend cycle": "stc",
	"price": "close", "close": "close", "closing price": "close", "open": "open", "high": "high", "low": "low", "volume": "volume",
	"value area high": "vah", "value area low": "val", "point of control": "poc", "poc": "poc", "vah": "vah", "val": "val", "vwap": "vwap",
	"value area": "", "zero": "0", "the zero line": "0", "zero line": "0",
})

// phrases are the words for events.
var phrases = sorted(map[string]string{
	"buy": "cipher.buy", "big green circle": "cipher.buy", "sell": "cipher.sell", "big red circle": "cipher.sell",
	"green circle": "cipher.cross_up", "red circle": "cipher.cross_down", "waves cross up": "cipher.cross_up", "waves cross down": "cipher.cross_down",
	"gold": "cipher.gold", "gold circle": "cipher.gold", "bullish divergence": "cipher.buy_div", "bearish divergence": "cipher.sell_div",
	"bull flag": "cipher.bull_flag", "bear flag": "cipher.bear_flag", "bull diamond": "cipher.bull_diamond", "bear diamond": "cipher.bear_diamond",
	"green diamond": "cipher.green_diamond", "red diamond": "cipher.red_diamond", "moon diamond": "cipher.moon_diamond", "dump diamond": "cipher.dump_diamond",
	"blue triangle up": "cipher.blue_up", "blue triangle down": "cipher.blue_down", "ribbon turns up": "cipher.long_ema", "ribbon turns down": "cipher.short_ema",
	"value area high breaks": "volume.vah_break", "break of the value area high": "volume.vah_break", "value area low breaks": "volume.val_break",
	"break of the value area low": "volume.val_break", "poc shift": "volume.poc_shift", "poc shifts": "volume.poc_shift", "touch of a naked poc": "volume.naked_poc_touch",
	"naked poc touch": "volume.naked_poc_touch", "naked poc is touched": "volume.naked_poc_touch", "value is reentered": "volume.value_reentry", "value area reentry": "volume.value_reentry",
})

// states are words for a comparison with a usual level.
func states() map[string]string {
	usual := usualLevels()
	return map[string]string{
		"oversold": "wt2 <= " + shortest(usual["wt_oversold"]), "overbought": "wt2 >= " + shortest(usual["wt_overbought"]),
		"money flow positive": "mf > 0", "money flow is positive": "mf > 0", "positive money flow": "mf > 0",
		"money flow negative": "mf < 0", "money flow is negative": "mf < 0", "negative money flow": "mf < 0",
		"above value": "close > vah", "below value": "close < val", "price above the value area": "close > vah", "price below the value area": "close < val",
	}
}

// usualLevels are the thresholds a rule may name without a number in the words.
func usualLevels() map[string]float64 {
	p := cipher.Default(cipher.Quantum)
	return map[string]float64{
		"wt_overbought": p.WTOverbought, "wt_oversold": p.WTOversold, "wt_oversold_extreme": p.WTOversoldExtreme, "zero": 0,
	}
}

type word struct{ words, means string }

func sorted(table map[string]string) []word {
	var list []word
	for words, means := range table {
		list = append(list, word{words, means})
	}
	for _, catalog := range []core.Catalog{cipher.Catalog(), volume.Catalog()} {
		for _, r := range catalog.Readings {
			if _, taken := table[r.Name]; !taken {
				list = append(list, word{r.Name, r.Name})
			}
		}
	}
	slices.SortFunc(list, func(a, b word) int {
		if d := len(b.words) - len(a.words); d != 0 {
			return d
		}
		return strings.Compare(a.words, b.words)
	})
	return list
}

// ruleOf reads words by the grammar. The error names what it does not
// understand.
func ruleOf(text string) (string, error) {
	text = strings.Join(strings.Fields(strings.ToLower(plainMinus.Replace(text))), " ")
	text = strings.TrimRight(text, ".!")
	expression, pending, from := "", "", 0
	take := func(to int, then string) error {
		words := trim(text[from:to])
		if words == "" {
			if then == "or" || pending == "" {
				pending = then
			}
			return nil
		}
		condition, err := conditionOf(words)
		if err != nil {
			return err
		}
		if expression != "" {
			expression += " " + pending + " "
		}
		expression += condition
		pending = then
		return nil
	}
	for _, at := range joint.FindAllStringSubmatchIndex(text, -1) {
		then := "and"
		if at[2] >= 0 && text[at[2]:at[3]] == "or" {
			then = "or"
		}
		if err := take(at[0], then); err != nil {
			return "", err
		}
		from = at[1]
	}
	if err := take(len(text), ""); err != nil {
		return "", err
	}
	if expression == "" {
		return "", notUnderstood(text)
	}
	return expression, nil
}

// trim takes off words that say nothing.
func trim(words string) string {
	for {
		shorter := strings.TrimSpace(filler.ReplaceAllString(words+" ", " "))
		shorter = strings.TrimSpace(filler.ReplaceAllString(" "+shorter, ""))
		if shorter == words {
			return words
		}
		words = shorter
	}
}

func notUnderstood(words string) error {
	return server.Invalid("/text", words, "words", "conditions such as a buy signal, RSI below 35, or price under the value area low, joined by and or or")
}

func conditionOf(words string) (string, error) {
	if rest, ok := strings.CutPrefix(words, "not "); ok {
		condition, err := conditionOf(trim(rest))
		return "not (" + condition + ")", err
	}
	if condition, ok := states()[words]; ok {
		return condition, nil
	}
	if kind := eventOf(words); kind != "" {
		return `event("` + kind + `")`, nil
	}
	m := compare.FindStringSubmatch(words)
	if m == nil {
		return "", notUnderstood(words)
	}
	op := operatorOf(m[2])
	left, right := operandOf(trim(m[1])), operandOf(trim(m[3]))
	if trim(m[3]) == "value area" { // above it is above its high
		right = map[bool]string{true: "vah", false: "val"}[strings.HasPrefix(op, ">")]
	}
	if left == "" || right == "" {
		return "", notUnderstood(words)
	}
	return left + " " + op + " " + right, nil
}

func operatorOf(words string) string {
	switch {
	case strings.ContainsAny(words, "<>"):
		return words
	case strings.Contains(words, "at or below"), strings.Contains(words, "at most"), strings.Contains(words, "not above"):
		return "<="
	case strings.Contains(words, "at or above"), strings.Contains(words, "at least"), strings.Contains(words, "not below"):
		return ">="
	case strings.Contains(words, "below"), strings.Contains(words, "under"), strings.Contains(words, "beneath"), strings.Contains(words, "less"), strings.Contains(words, "lower"):
		return "<"
	}
	return ">"
}

func eventOf(words string) string {
	for _, catalog := range []core.Catalog{cipher.Catalog(), volume.Catalog()} {
		for _, e := range catalog.Events {
			_, short, _ := strings.Cut(e.Kind, ".")
			if words == e.Kind || words == short || words == strings.ReplaceAll(short, "_", " ") {
				return e.Kind
			}
		}
	}
	for _, p := range phrases {
		if p.words == words && strings.Contains(p.means, ".") {
			return p.means
		}
	}
	return ""
}

func operandOf(words string) string {
	if numberForm.FindString(words) == words && words != "" {
		return separators.Replace(words)
	}
	for _, o := range operands {
		if o.words == words {
			return o.means
		}
	}
	return ""
}

func shortest(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
