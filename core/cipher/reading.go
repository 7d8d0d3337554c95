package cipher

// Reading is a number the engine gives at each bar, absent until it has warmed
// up: the place in Output.Values and Columns.Values.
type Reading int

// The readings, in the order of the output columns. WT1 to STC and the two of
// the higher interval come from Cipher B, the rest from Cipher A.
const (
	WT1             Reading = iota // first wave of hlc3
	WT2                            // second wave, the mean of the last ones of the first
	FastWT                         // WT1 less WT2
	MF                             // money flow: where bars close within their range
	RSI                            // Wilder's relative strength of the close
	StochK                         // stochastic of the relative strength, smoothed
	StochD                         // StochK, smoothed again
	STC                            // Schaff trend cycle
	AWT1                           // Cipher A's first wave
	AWT2                           // Cipher A's second wave
	ARSI                           // Cipher A's relative strength
	EMA1                           // the ribbon, fastest line
	EMA2                           // second line
	EMA3                           // third line
	EMA4                           // fourth line
	EMA5                           // fifth line
	EMA6                           // sixth line
	EMA7                           // seventh line
	EMA8                           // the ribbon, slowest line
	HTFFastWT                      // FastWT over the closed bars of the flag interval
	HTFFastWTSmooth                // HTFFastWT, smoothed over chart bars for drawing

	NumReadings = 21
)

var readingNames = [NumReadings]string{
	"wt1", "wt2", "fast_wt", "mf", "rsi", "stoch_k", "stoch_d", "stc",
	"a_wt1", "a_wt2", "a_rsi",
	"ema1", "ema2", "ema3", "ema4", "ema5", "ema6", "ema7", "ema8",
	"htf_fast_wt", "htf_fast_wt_smooth",
}

// String is the reading's name, as in columns and JSON.
func (r Reading) String() string {
	if r < 0 || r >= NumReadings {
		return ""
	}
	return readingNames[r]
}

// ReadingByName finds a reading by its name.
func ReadingByName(name string) (Reading, bool) {
	for i, n := range readingNames {
		if n == name {
			return Reading(i), true
		}
	}
	return 0, false
}
