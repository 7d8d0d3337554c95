package grounding

import (
	"strings"
	"testing"
	"time"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/server/ai/evidence"
)

// facts is a small evidence: BTCUSDT on the hour, closed 14 Nov 2023 12:00 UTC.
func facts() []evidence.Fact {
	at := func(text string) float64 {
		t, err := time.Parse(time.DateTime, text)
		if err != nil {
			panic(err)
		}
		return float64(t.UnixMilli())
	}
	return []evidence.Fact{
		{Name: "1h.known_at", Value: at("2023-11-14 12:00:00"), Unit: "time"},
		{Name: "1h.events[0].open_time", Value: at("2023-11-13 22:00:00"), Unit: "time"},
		{Name: "1h.price.close", Value: 43250.37, Unit: "quote"},
		{Name: "1h.price.high", Value: 44120, Unit: "quote"},
		{Name: "1h.price.change_percent", Value: -3.24, Unit: "percent"},
		{Name: "1h.price.span_bars", Value: 48, Unit: "bars"},
		{Name: "1h.price.true_range_percent", Value: 0.82, Unit: "percent"},
		{Name: "1h.momentum.wt2", Value: -61.37, Unit: "points"},
		{Name: "1h.momentum.rsi", Value: 28.4, Unit: "points"},
		{Name: "1h.momentum.crossed_bars_ago", Value: 3, Unit: "bars"},
		{Name: "1h.flow.mf", Value: -12.26, Unit: "points"},
		{Name: "1h.trend.since_bars", Value: 17, Unit: "bars"},
		{Name: "1h.lean.bear_parts", Value: 4, Unit: "count"},
		{Name: "1h.lean.parts", Value: 4, Unit: "count"},
		{Name: "value.previous.vah", Value: 44012.5, Unit: "quote"},
		{Name: "value.previous.poc", Value: 43480.25, Unit: "quote"},
		{Name: "value.previous.val", Value: 42987.5, Unit: "quote"},
		{Name: "value.session.from_vwap_deviations", Value: -1.83, Unit: "points"},
		{Name: "value.volume.ratio_percent", Value: 213.4, Unit: "percent"},
		{Name: "value.window.bars", Value: 1200, Unit: "bars"},
		{Name: "outcomes.cipher.buy.count", Value: 46, Unit: "count"},
		{Name: "outcomes.cipher.buy.hit_percent", Value: 52.17, Unit: "percent"},
		{Name: "outcomes.cipher.buy.mean_percent", Value: 0.21, Unit: "percent"},
		{Name: "outcomes.cipher.buy.mean_low_percent", Value: -0.31, Unit: "percent"},
		{Name: "outcomes.cipher.sell.mean_percent", Value: -0.0031, Unit: "percent"},
		{Name: "thresholds.wt_oversold", Value: -53, Unit: "points"},
		{Name: "thresholds.rsi_low", Value: 30, Unit: "points"},
		{Name: "thresholds.zero", Value: 0, Unit: "points"},
		{Name: "1h.volume_total", Value: 1234567, Unit: "base"},
	}
}

// texts says of each text which numbers are not in the evidence.
var texts = []struct {
	name, text string
	loose      []string // as Report.Loose; nil is grounded
}{
	// Grounded, however it is written.
	{"plain", "Price closed at 43250.37.", nil},
	{"thousands", "Price closed at 43,250.", nil},
	{"thin spaces", "Price closed at 43\u202f250.", nil},
	{"blanks between thousands", "Price closed at 43 250 and stayed.", nil},
	{"apostrophes", "Price closed at 43'250.", nil},
	{"currency", "Price closed at $43,250.37.", nil},
	{"k", "Price is at 43.3k, under the 44.0k edge.", nil},
	{"capital K and currency", "About $43.25K.", nil},
	{"about", "Price hovers around 43,000.", nil},
	{"million", "Volume was 1.23M, or 1.2 million.", nil},
	{"percent", "Price fell 3.2% over 48 bars.", nil},
	{"percent in words", "Price is down 3.24 percent.", nil},
	{"per cent, rounded", "Price lost 3 per cent.", nil},
	{"signed", "wt2 reads -61.4 and money flow -12.", nil},
	{"unicode minus", "wt2 reads −61 and money flow −12.3.", nil},
	{"en dash as minus", "Money flow: –12.3.", nil},
	{"negative in words", "Money flow is negative 12.3.", nil},
	{"range with en dash", "Value lies at 42,988–44,013.", nil},
	{"range with hyphen", "Value lies at 42,988-44,013.", nil},
	{"range sharing k", "Value lies between 43.0 and 44.0k.", nil},
	{"range sharing percent", "An interval of -0.3 to 0.2%.", nil},
	{"date", "On 14 November 2023 at 12:00 UTC it closed.", nil},
	{"date, American", "Since November 13, 2023 22:00 it holds.", nil},
	{"date, ISO", "2023-11-14T12:00Z is the close.", nil},
	{"date with ordinal", "On the 14th of November it closed.", nil},
	{"month", "It fired in November 2023.", nil},
	{"year", "The event of 2023 stands.", nil},
	{"interval names", "The 1h disagrees, and 48 hours show it.", nil},
	{"names with digits", "wt2 crossed under wt1 while ema2 held over ema8.", nil},
	{"market name", "BTCUSDT100 closed weak.", nil},
	{"event kinds", "cipher.wt2nd_bear_div fired.", nil},
	{"list", "1. Price is at 43,250.\n2. RSI is 28.", nil},
	{"words", "Three bars ago the waves crossed.", nil},
	{"words, large", "Forty-eight bars back.", nil},
	{"count in words", "Four of four parts point down.", nil},
	{"one is no number", "One reason is that neither of the two sides acts.", []string{"two"}},
	{"hyphenated sides", "A two-sided market.", nil},
	{"threshold", "wt2 is below -53, RSI under 30.", nil},
	{"zero line", "Money flow is under 0.", nil},
	{"multiple", "Volume ran at 2.1x the usual.", nil},
	{"doubled", "Volume has doubled.", nil},
	{"deviations", "It trades 1.8 standard deviations below VWAP.", nil},
	{"basis points", "A mean of 21 bps.", nil},
	{"scientific", "Volume of 1.23e6.", nil},
	{"fullwidth digits", "Price ４３,２５０.", nil},
	{"hit rate", "52.2% of 46 cases.", nil},
	{"levels in a row", "VAL, POC and VAH are 42,987.5, 43,480.25 and 44,012.5.", nil},
	{"slashes", "wt2/RSI stand at −61/28.", nil},
	{"levels behind", "Between 42,987.5 (VAL) and 44,012.5 (VAH).", nil},
	{"levels in brackets", "VAH (44,012.5), POC (43,480.25) and VAL (42,987.5) frame it.", nil},
	{"days in words", "Price has slipped 3.2% across the past two days, closing at $43,250.", nil},
	{"hyphened interval", "On the 1-hour chart sellers lead.", nil},
	{"bars of an interval", "Over the last 48 hourly bars it fell.", nil},
	{"threshold behind a reading", "RSI (28.4) sits below its 30 threshold.", nil},
	{"line under it", "wt2 at −61.4 is beneath the −53 oversold line.", nil},
	{"bracketed ratio", "Volume runs at more than twice (213%) the usual.", nil},
	{"parts", "All 4/4 parts are bearish for 17 bars.", nil},
	{"sigma below", "It is 1.83σ below VWAP.", nil},
	{"relative clause", "The POC, where most traded, is 43,480.25.", nil},
	{"dash between clauses", "Price – 43,250 – is weak.", nil},
	{"quarter past", "At 12:00 on 14 Nov it closed; since 13 Nov at 22:00 it fell.", nil},
	{"nothing either way", "The mean was 0.00%.", nil},
	{"no numbers", "Sellers have it.", nil},

	// Invented, and hidden.
	{"invented price", "The next target is 47,500.", []string{"47,500"}},
	{"wrong decimals", "Price closed at 43,250.5.", []string{"43,250.5"}},
	{"round number passed off", "Price closed at 43,000.", []string{"43,000"}},
	{"near miss in k", "Price is at 43.4k.", []string{"43.4k"}},
	{"invented percent", "There is a 70% chance.", []string{"70%"}},
	{"percent in words, invented", "A seventy percent chance.", []string{"seventy"}},
	{"price as percent", "RSI says 43250%.", []string{"43250%"}},
	{"percent as price", "Support at 52.17.", []string{"52.17"}},
	{"reading of another", "RSI is at 61.", []string{"61"}},
	{"swapped readings", "wt2 is 28.4 and RSI −61.4.", []string{"28.4", "61.4"}},
	{"POC swapped", "The POC is 42,987.50.", []string{"42,987.50"}},
	{"sign dropped", "Money flow stands at 12.3, buyers in control.", []string{"12.3"}},
	{"sign turned", "Price rose 3.24%.", []string{"3.24%"}},
	{"sign added", "RSI −28.4 is weak.", []string{"28.4"}},
	{"minus as hyphen", "Change +3.2%.", []string{"3.2%"}},
	{"wrong day", "On 15 November 2023.", []string{"15 November 2023"}},
	{"wrong year", "On 14 Nov 2022.", []string{"14 Nov 2022"}},
	{"wrong time", "At 13:00 UTC.", []string{"13:00"}},
	{"future year", "By 2027 it trades higher.", []string{"2027"}},
	{"wrong bars", "5 bars ago the waves crossed.", []string{"5 bars"}},
	{"wrong bars in words", "Nine bars ago the waves crossed.", []string{"Nine"}},
	{"interval not seen", "The 4h agrees.", []string{"4h"}},
	{"span not seen", "Over 36 hours it fell.", []string{"36 hours"}},
	{"tripled", "Volume has tripled.", []string{"tripled"}},
	{"wrong multiple", "Volume ran at 3.5x the usual.", []string{"3.5x"}},
	{"ordinal", "The 7th cross in a row.", []string{"7th"}},
	{"fractions in words", "Two thirds of traders buy.", []string{"Two"}},
	{"vulgar fraction", "It fell ½ of the way.", []string{".5"}},
	{"price in words", "Target forty-seven thousand five hundred.", []string{"forty-seven thousand five hundred"}},
	{"Arabic-Indic digits", "Target ٤٧٥٠٠.", []string{"47500"}},
	{"joined by zero width", "Target 47\u200b500.", []string{"47500"}},
	{"second of a range", "Between 42,988 and 47,500.", []string{"47,500"}},
	{"range sharing percent, invented", "5 to 10%.", []string{"5", "10%"}},
	{"glued to letters", "Target:47500USD.", []string{"47500"}},
	{"parameter not given", "RSI(14) is 28.", []string{"14"}},
	{"million, invented", "Volume was 2.5 million.", []string{"2.5 million"}},
	{"odds", "The odds are 3:1.", []string{"1"}},
	{"leverage", "Use 10x.", []string{"10x"}},
	{"levels in a row, one wrong", "VAL, POC and VAH are 42,987.5, 43,480.25 and 44,500.", []string{"44,500"}},
	{"emphasis within", "Target 4**7**,500.", []string{"47,500"}},
	{"code", "Target `47500`.", []string{"47500"}},
	{"a hundred thousand", "On the way to a hundred thousand.", []string{"hundred thousand"}},
	{"trillion", "A market of $1.7 trillion.", []string{"1.7"}},
	{"sigma", "A 5σ move.", []string{"5"}},
	{"bars of another reading", "RSI at 48 is neutral.", []string{"48"}},
	{"rally of a fall", "Price rallied 3.24%.", []string{"3.24%"}},
	{"rise of a fall", "Price is up 3.24%.", []string{"3.24%"}},
	{"decimals that are thousands elsewhere", "Price is 43.250.", []string{"43.250"}},
	{"year as price", "It was 2023 dollars in 2019.", []string{"2019"}},
	{"superscript", "A gain of 7².", []string{"72"}},
	{"written out percent", "Ninety per cent of signals win.", []string{"Ninety"}},
	{"half words", "Twelve point five percent of it.", []string{"Twelve point five"}},
	{"probability", "P(up) = 0.63.", []string{"0.63"}},
	{"point in words", "Up three point two percent.", []string{"three point two"}},
}

func checker() *Checker { return New(facts(), []core.Interval{core.Hour}, "binance:BTCUSDT100") }

func TestNumbersAreHeldToTheEvidence(t *testing.T) {
	c := checker()
	caught, missed, alarms, grounded := 0, 0, 0, 0
	for _, tt := range texts {
		got := c.Check(tt.text).Loose
		t.Logf("%-32s %-60.60q loose %q", tt.name, tt.text, got)
		for _, want := range tt.loose {
			if contains(got, want) {
				caught++
			} else {
				missed++
			}
		}
		for _, one := range got {
			if !contains(tt.loose, one) {
				alarms++
			}
		}
		if len(got) == 0 {
			grounded++
		}
		if strings.Join(got, "|") != strings.Join(tt.loose, "|") {
			t.Errorf("%s: of %q loose are %q, want %q", tt.name, tt.text, got, tt.loose)
		}
	}
	t.Logf("%d texts, %d grounded; %d invented numbers caught, %d missed, %d false alarms", len(texts), grounded, caught, missed, alarms)
}

func contains(list []string, one string) bool {
	for _, s := range list {
		if s == one {
			return true
		}
	}
	return false
}

// Whatever a text holds, checking it ends and counts no number twice.
func FuzzCheck(f *testing.F) {
	for _, tt := range texts {
		f.Add(tt.text)
	}
	c := checker()
	f.Fuzz(func(t *testing.T, text string) {
		if r := c.Check(text); len(r.Loose) > r.Numbers {
			t.Errorf("%q: %d of %d numbers are loose", text, len(r.Loose), r.Numbers)
		}
	})
}
