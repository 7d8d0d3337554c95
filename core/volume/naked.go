package volume

// Naked is the point of control of a finished session that no later bar has
// touched.
type Naked struct {
	Price float64
	Start int64 // open time of its session's first bar
	Age   int   // sessions begun since, the running one included
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
