package volume

// Session is a finished session's levels.
type Session struct {
	Start, End int64 // open times of its first and last bar
	Levels     Levels
	Shape      Shape
	LowNodes   []Node // owned by the engine, until its next call
}

// Naked is the point of control of a finished session that no later bar has
// touched.
type Naked struct {
	Price float64
	Start int64 // open time of its session's first bar
	Age   int   // sessions begun since, the running one included
}
