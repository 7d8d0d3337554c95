package volume

// Session is a finished session.
type Session struct {
	Start, End int64 // open times of its first and last bar
	Levels     Levels
	Shape      Shape
	LowNodes   []Node // in memory of the engine, until its next call
}

// Naked is the point of control of a finished session that no later bar has
// touched.
type Naked struct {
	Price float64
	Start int64 // open time of its session's first bar
	Age   int   // sessions begun since, the running one included
}

// reference is the session before the running one, as its bars are held
// against.
type reference struct {
	known   bool
	session Session
	sides   []int8 // of each low node: where the last close not on it was, -1 below, 1 above, 0 on it so far
}

// begin starts to hold bars against the session, from its last close on.
func (r *reference) begin(close float64) {
	r.known = true
	r.sides = r.sides[:0]
	for _, n := range r.session.LowNodes {
		r.sides = append(r.sides, against(close, n.Price))
	}
}

// inside reports whether price is in the value area, edges included.
func (r *reference) inside(price float64) bool {
	return r.session.Levels.VAL <= price && price <= r.session.Levels.VAH
}

// against is the side of a price on which close is.
func against(close, price float64) int8 {
	switch {
	case close > price:
		return 1
	case close < price:
		return -1
	}
	return 0
}

// nakedList is the naked points of control by price ascending, then by age. A
// bar costs a search and what it touches, whatever their number.
type nakedList []nakedPOC

type nakedPOC struct {
	price   float64
	start   int64
	ordinal int // of the session, the first being 1
}

// add puts in one more, the youngest.
func (l *nakedList) add(n nakedPOC) {
	*l = append(*l, n)
	list := *l
	for i := len(list) - 1; i > 0 && list[i].price < list[i-1].price; i-- {
		list[i], list[i-1] = list[i-1], list[i]
	}
}

// touched is the range of those from low to high.
func (l nakedList) touched(low, high float64) (from, to int) {
	from = l.search(low)
	for to = from; to < len(l) && l[to].price <= high; to++ {
	}
	return from, to
}

// search is the first place whose price is at least price.
func (l nakedList) search(price float64) int {
	from, to := 0, len(l)
	for from < to {
		if mid := int(uint(from+to) / 2); l[mid].price < price {
			from = mid + 1
		} else {
			to = mid
		}
	}
	return from
}

// remove takes out those from from to to.
func (l *nakedList) remove(from, to int) {
	*l = append((*l)[:from], (*l)[to:]...)
}
