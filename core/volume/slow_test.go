package volume_test

import (
	"math"
	"math/big"

	"github.com/quantum-signals/quantum/core"
	"github.com/quantum-signals/quantum/core/volume"
)

// slowProfile is the specification read aloud: a row at a time, volume in
// big integers, nodes by walking. It knows nothing of how the package works.
func slowProfile(p volume.Params, c core.Columns, unit float64) *volume.Profile {
	n := c.Len()
	low, high := c.Low[0], c.High[0]
	for i := range n {
		low, high = math.Min(low, c.Low[i]), math.Max(high, c.High[i])
	}
	edges, step := slowEdges(p, low, high)
	rows := len(edges) - 1
	up, down := bigs(rows), bigs(rows)
	rising := true
	for i := range n {
		switch {
		case c.Close[i] > c.Open[i]:
			rising = true
		case c.Close[i] < c.Open[i]:
			rising = false
		case i > 0 && c.Close[i] > c.Close[i-1]:
			rising = true
		case i > 0 && c.Close[i] < c.Close[i-1]:
			rising = false
		}
		side := down
		if rising {
			side = up
		}
		units, _ := big.NewFloat(math.RoundToEven(c.Volume[i] / unit)).Int(nil)
		slowLay(p, edges, step, c.Low[i], c.High[i], c.Close[i], units, side)
	}
	out := slowLevels(p, edges, up, down, unit)
	out.Source, out.Count = volume.SourceBars, n
	out.VWAP, out.SD = slowMoments(c)
	return out
}

func bigs(n int) []*big.Int {
	s := make([]*big.Int, n)
	for i := range s {
		s[i] = new(big.Int)
	}
	return s
}

func slowEdges(p volume.Params, low, high float64) (edges []float64, step float64) {
	if p.Rows != 0 {
		if high == low {
			return []float64{low, high}, 0
		}
		for i := range p.Rows {
			product := float64(i) * (high - low)
			edges = append(edges, low+float64(product/float64(p.Rows)))
		}
		return append(edges, high), (high - low) / float64(p.Rows)
	}
	first := math.Floor(low / p.RowSize)
	edges = append(edges, first*p.RowSize, (first+1)*p.RowSize)
	for high > edges[len(edges)-1] {
		edges = append(edges, (first+float64(len(edges)))*p.RowSize)
	}
	return edges, p.RowSize
}

// slowRow is the row that holds price. A price below the first edge, as the
// rounding of floor(L/row_size) can leave one, is in the first row.
func slowRow(edges []float64, price float64) int {
	row := 0
	for i := 1; i < len(edges)-1; i++ {
		if edges[i] <= price {
			row = i
		}
	}
	return row
}

func slowLay(p volume.Params, edges []float64, step, low, high, close float64, units *big.Int, side []*big.Int) {
	first, last := slowRow(edges, low), slowRow(edges, high)
	if p.Spread == volume.Close {
		first = slowRow(edges, close)
		last = first
	}
	if first == last || high == low {
		side[first].Add(side[first], units)
		return
	}
	v, _ := new(big.Float).SetInt(units).Float64()
	left := new(big.Int).Set(units)
	part := func(row int, share float64) {
		b, _ := big.NewFloat(math.Floor(v * share)).Int(nil)
		side[row].Add(side[row], b)
		left.Sub(left, b)
	}
	begin, end := (edges[first+1]-low)/(high-low), (high-edges[last])/(high-low)
	part(first, begin)
	part(last, end)
	for row := first + 1; row < last; row++ {
		part(row, step/(high-low))
	}
	odd := first
	if last-first > 1 {
		odd = first + 1
	} else if end > begin {
		odd = last
	}
	side[odd].Add(side[odd], left)
}

func slowMoments(c core.Columns) (vwap, sd float64) {
	var w, m, q float64
	for i := range c.Len() {
		v := c.Volume[i]
		if v == 0 {
			continue
		}
		x := ((c.High[i] + c.Low[i]) + c.Close[i]) / 3
		w = w + v
		d := x - m
		t := d * (v / w)
		m = m + float64(t)
		s := v * (d * (x - m))
		q = q + float64(s)
	}
	if w == 0 {
		return core.Absent(), core.Absent()
	}
	return m, math.Sqrt(q / w)
}

func slowLevels(p volume.Params, edges []float64, up, down []*big.Int, unit float64) *volume.Profile {
	rows := len(up)
	base := func(b *big.Int) float64 {
		v, _ := new(big.Float).SetInt(b).Float64()
		return v * unit
	}
	none := core.Absent()
	out := &volume.Profile{Unit: unit, Edges: edges, POC: none, VAH: none, VAL: none, Enclosed: none}
	totals, total := bigs(rows), new(big.Int)
	for i := range rows {
		out.Up, out.Down = append(out.Up, base(up[i])), append(out.Down, base(down[i]))
		totals[i].Add(up[i], down[i])
		total.Add(total, totals[i])
	}
	out.Total = base(total)
	if total.Sign() == 0 {
		return out
	}
	centre := func(i int) float64 { return float64((edges[i] + edges[i+1]) / 2) }
	middle := float64((edges[0] + edges[rows]) / 2)
	poc := 0
	for i := range rows {
		switch totals[i].Cmp(totals[poc]) {
		case 1:
			poc = i
		case 0:
			if math.Abs(centre(i)-middle) < math.Abs(centre(poc)-middle) {
				poc = i
			}
		}
	}
	low, high, enclosed := slowArea(p, totals, total, poc)
	out.POC, out.VAL, out.VAH, out.Enclosed = centre(poc), edges[low], edges[high+1], base(enclosed)
	node := func(row int, prominence float64) volume.Node {
		return volume.Node{Row: row, Price: centre(row), Volume: base(totals[row]), Prominence: prominence}
	}
	out.HighNodes, out.LowNodes = slowNodes(p, totals, poc, node)
	out.Shape = slowShape(out)
	return out
}

func slowArea(p volume.Params, totals []*big.Int, total *big.Int, poc int) (low, high int, enclosed *big.Int) {
	wide := 2
	if p.Expansion == volume.Single {
		wide = 1
	}
	t, _ := new(big.Float).SetInt(total).Float64()
	target := new(big.Float).SetPrec(200).SetFloat64(p.ValueArea * t)
	low, high, enclosed = poc, poc, new(big.Int).Set(totals[poc])
	for new(big.Float).SetPrec(200).SetInt(enclosed).Cmp(target) < 0 {
		var above, below big.Int
		for k := 1; k <= wide; k++ {
			if high+k < len(totals) {
				above.Add(&above, totals[high+k])
			}
			if low-k >= 0 {
				below.Add(&below, totals[low-k])
			}
		}
		roomAbove, roomBelow := high < len(totals)-1, low > 0
		switch {
		case !roomAbove && !roomBelow:
			return low, high, enclosed
		case !roomBelow || roomAbove && above.Cmp(&below) >= 0:
			high = min(high+wide, len(totals)-1)
			enclosed.Add(enclosed, &above)
		default:
			low = max(low-wide, 0)
			enclosed.Add(enclosed, &below)
		}
	}
	return low, high, enclosed
}

func slowNodes(p volume.Params, totals []*big.Int, poc int, node func(int, float64) volume.Node) (high, low []volume.Node) {
	n := len(totals)
	s := make([]float64, n)
	for i := range s {
		s[i], _ = new(big.Float).SetInt(totals[i]).Float64()
	}
	for range p.NodeSmoothing {
		t := make([]float64, n)
		for i := range s {
			a, b, c := s[max(i-1, 0)], s[i], s[min(i+1, n-1)]
			t[i] = ((a + float64(2*b)) + c) / 4
		}
		s = t
	}
	most := s[0]
	for _, v := range s {
		most = math.Max(most, v)
	}
	at := func(i int) float64 {
		if i < 0 || i >= n {
			return 0
		}
		return s[i]
	}
	near := false
	for first := 0; first < n; {
		last := first
		for last+1 < n && s[last+1] == s[first] {
			last++
		}
		here, row := s[first], (first+last)/2
		if at(first-1) < here && at(last+1) < here {
			bases := [2]float64{here, here}
			for side, i := range [2]int{first, last} {
				for d := 2*side - 1; i >= 0 && i < n && s[i] <= here; i += d {
					bases[side] = math.Min(bases[side], s[i])
				}
				if i < 0 || i >= n {
					bases[side] = math.Min(bases[side], 0)
				}
			}
			if prominence := here - math.Max(bases[0], bases[1]); prominence >= p.NodeStrength*most {
				high = append(high, node(row, prominence/most))
				near = near || row >= poc-1 && row <= poc+1
			}
		}
		if first > 0 && last < n-1 && s[first-1] > here && s[last+1] > here {
			rims := [2]float64{here, here}
			for side, i := range [2]int{first, last} {
				for d := 2*side - 1; i >= 0 && i < n && s[i] >= here; i += d {
					rims[side] = math.Max(rims[side], s[i])
				}
			}
			if prominence := math.Min(rims[0], rims[1]) - here; prominence >= p.NodeStrength*most {
				low = append(low, node(row, prominence/most))
			}
		}
		first = last + 1
	}
	if !near {
		at := 0
		for at < len(high) && high[at].Row < poc {
			at++
		}
		high = append(high[:at:at], append([]volume.Node{node(poc, 1)}, high[at:]...)...)
	}
	return high, low
}

func slowShape(p *volume.Profile) volume.Shape {
	bottom, top := p.Edges[0], p.Edges[len(p.Edges)-1]
	first, second := -1, -1
	for i := range p.HighNodes {
		if first < 0 || p.HighNodes[i].Volume > p.HighNodes[first].Volume {
			first = i
		}
	}
	for i := range p.HighNodes {
		if i != first && (second < 0 || p.HighNodes[i].Volume > p.HighNodes[second].Volume) {
			second = i
		}
	}
	if second < 0 && p.VAH-p.VAL > 0.8*(top-bottom) {
		return volume.ShapeThin
	}
	if second >= 0 && p.HighNodes[second].Volume >= 0.6*p.HighNodes[first].Volume {
		a, b := p.HighNodes[first].Row, p.HighNodes[second].Row
		for _, l := range p.LowNodes {
			if (l.Row > a) != (l.Row > b) && l.Row != a && l.Row != b {
				return volume.ShapeDouble
			}
		}
	}
	third := (top - bottom) / 3
	switch price := p.HighNodes[first].Price; {
	case price > top-third:
		return volume.ShapeP
	case price < bottom+third:
		return volume.ShapeB
	}
	return volume.ShapeD
}
