// Package alert is what tells people that something has happened: rules over
// the readings and events of closed bars, and the delivery of what they say.
package alert

import (
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/conf"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/parser"
	"github.com/expr-lang/expr/vm"

	"github.com/quantum-signals/quantum/server"
)

const (
	// MaxExpression is the length of an expression in characters.
	MaxExpression = 1000
	// maxNodes is the number of its operands, operators and calls, which is what a
	// check of one bar costs at most.
	maxNodes = 200
	// memory is what a check may take, in the machine's own unit: a rule takes none.
	memory = 1000
)

// Rule is a compiled expression over one closed bar, as in
//
//	event("cipher.buy") and rsi < 35 and close < val
//
// Its names are those of Names, its functions event, abs, min and max. A bar at
// which a number it names is absent does not match, whatever else it says: while
// readings warm up, neither `rsi < 35` nor `not (rsi < 35)` holds. It is safe for
// concurrent use.
type Rule struct {
	text    string
	names   []string
	program *vm.Program
}

// Compile reads an expression. What is wrong with it is a *server.Error that
// names the column.
func Compile(expression string) (*Rule, error) {
	switch n := utf8.RuneCountInString(expression); {
	case strings.TrimSpace(expression) == "":
		return nil, refusal(expression, "required", `a condition, as in event("cipher.buy") and rsi < 35`)
	case !utf8.ValidString(expression):
		return nil, refusal(strings.ToValidUTF8(expression, "�"), "form", "valid UTF-8")
	case n > MaxExpression:
		return nil, refusal(fmt.Sprintf("%d characters", n), "max", fmt.Sprintf("at most %d characters", MaxExpression))
	}
	// Read alone first: what the language has not is refused before anything of it
	// is computed, as constants are while compiling.
	bounds := conf.CreateNew()
	for _, set := range []expr.Option{expr.MaxNodes(maxNodes), expr.DisableAllBuiltins()} {
		set(bounds)
	}
	tree, err := parser.ParseWithConfig(expression, bounds)
	if err != nil {
		return nil, located(expression, err)
	}
	if f := check(tree.Node); f != nil {
		return nil, refusal(expression, "expression", at(expression, f.at, f.text))
	}
	program, err := expr.Compile(expression, expr.Env(known.scope), expr.AsBool(), expr.DisableAllBuiltins(), expr.MaxNodes(maxNodes))
	if err != nil {
		return nil, located(expression, err)
	}
	return &Rule{expression, known.used(tree.Node), program}, nil
}

// String is the expression the rule was compiled from.
func (r *Rule) String() string { return r.text }

// Matches tells whether the rule holds at a bar.
func (r *Rule) Matches(bar *server.Closed) (bool, error) {
	values, present := known.read(r.names, bar)
	if !present {
		return false, nil
	}
	machine := vm.VM{MemoryBudget: memory}
	holds, err := machine.Run(r.program, values)
	if err != nil {
		return false, fmt.Errorf("rule %q at bar %d: %w", r.text, bar.Candle.OpenTime, err)
	}
	yes, _ := holds.(bool) // compiled as one
	return yes, nil
}

// located is a fault the library found.
func located(expression string, err error) error {
	var f *file.Error
	if !errors.As(err, &f) {
		return refusal(expression, "expression", err.Error())
	}
	return refusal(expression, "expression", at(expression, f.From, f.Message))
}

// at says where a fault is, in columns from 1 and, where there are several,
// lines.
func at(expression string, before int, text string) string {
	line, column := 1, 1
	for i, r := range []rune(expression) {
		if i == before {
			break
		}
		if column++; r == '\n' {
			line, column = line+1, 1
		}
	}
	if strings.Contains(expression, "\n") {
		return fmt.Sprintf("line %d, column %d: %s", line, column, text)
	}
	return fmt.Sprintf("column %d: %s", column, text)
}

func refusal(value any, rule, bound string) error {
	e := server.Invalid("/expression", value, rule, bound)
	if rule == "expression" {
		e.Detail = "expression, " + bound
		e.Fields[0].Bound = "a rule; " + bound
	}
	return e
}
