package alert

import (
	"fmt"
	"slices"

	"github.com/expr-lang/expr/ast"
)

// fault is a place of an expression that the language of rules has not.
type fault struct {
	at   int // characters before it
	text string
}

// operators are those whose cost is one step. Powers and remainders are left
// out: the one differs between machines, the other is of whole numbers.
var operators = []string{"+", "-", "*", "/", "<", "<=", ">", ">=", "==", "!=", "and", "&&", "or", "||"}

// check walks an expression and gives the first fault from the left. What it
// lets through has no loop, no range, no list and no text but the kinds of
// events, so that running it takes at most one step a node.
func check(n ast.Node) *fault {
	var first *fault
	refuse := func(n ast.Node, text string, args ...any) {
		if at := n.Location().From; first == nil || at < first.at {
			first = &fault{at, fmt.Sprintf(text, args...)}
		}
	}
	var walk func(n ast.Node)
	walk = func(n ast.Node) {
		switch n := n.(type) {
		case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.IdentifierNode:
		case *ast.UnaryNode:
			walk(n.Node)
		case *ast.BinaryNode:
			if !slices.Contains(operators, n.Operator) {
				refuse(n, "%s is not an operator of rules", n.Operator)
			}
			walk(n.Left)
			walk(n.Right)
		case *ast.ConditionalNode:
			walk(n.Cond)
			walk(n.Exp1)
			walk(n.Exp2)
		case *ast.BuiltinNode:
			refuse(n, "there is no function %s", n.Name)
		case *ast.CallNode:
			name, ok := n.Callee.(*ast.IdentifierNode)
			if !ok || functions[name.Value] == 0 {
				refuse(n, "there is no function %s", n.Callee)
				return
			}
			if name.Value == "event" {
				checkEvent(n, refuse)
				return
			}
			for _, argument := range n.Arguments {
				walk(argument)
			}
		case *ast.StringNode:
			refuse(n, "text stands only in event(…)")
		default:
			refuse(n, "%s is not of the language of rules", n)
		}
	}
	walk(n)
	return first
}

// checkEvent checks that a call of event names a kind there is.
func checkEvent(n *ast.CallNode, refuse func(ast.Node, string, ...any)) {
	if len(n.Arguments) != 1 {
		refuse(n, `event takes one kind, as in event("cipher.buy")`)
		return
	}
	kind, ok := n.Arguments[0].(*ast.StringNode)
	switch {
	case !ok:
		refuse(n.Arguments[0], `event takes a kind in quotes, as in event("cipher.buy")`)
	case !known.events[kind.Value]:
		refuse(kind, "there is no event %s", clip(kind.Value))
	}
}

// clip shows a caller's text in quotes, cut where it is long.
func clip(text string) string {
	const most = 60
	if r := []rune(text); len(r) > most {
		text = string(r[:most]) + "…"
	}
	return fmt.Sprintf("%q", text)
}
