package alert

import (
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"unicode/utf8"

	"github.com/quantum-signals/quantum/server"
)

// request is the body of POST and PUT /alerts.
type request struct {
	Market     string `name:"market" validate:"required,market"`
	Interval   string `name:"interval" validate:"required,interval"`
	Name       string `name:"name" validate:"max=100"`
	Expression string `name:"expression"`
	Trigger    string `name:"trigger" validate:"oneof=bar once"`
	Cooldown   int64  `name:"cooldown" validate:"min=0,max=31536000000"`
	ExpiresAt  int64  `name:"expires_at" validate:"min=0,max=8640000000000000"`
	Message    string `name:"message"`

	hook  hook
	given map[string]bool // names that were there
}

// hook is the webhook of a request: absent leaves what there is, null has none.
type hook struct {
	null, secretGiven bool
	url, secret       string
}

const fields = "one of market, interval, name, expression, trigger, cooldown, expires_at, message, webhook"

// readRequest reads and checks a body.
func (s *Service) readRequest(w http.ResponseWriter, r *http.Request) (*request, error) {
	if err := server.CheckMedia(r, []string{"application/json"}, "application/json"); err != nil {
		return nil, err
	}
	body, err := server.ReadBody(w, r, nil, maxBody)
	if err != nil {
		return nil, err
	}
	var issues server.Issues
	q := &request{Trigger: "bar", given: map[string]bool{}}
	scan, ok := server.NewScanner(body), true
	text := func(key string, to *string) {
		v, is := scan.Text()
		if *to = v; !is {
			issues.Shape("/"+key, nil, "text")
		}
	}
	number := func(key string, to *int64) {
		v, is := scan.Int()
		if *to = v; !is {
			issues.Shape("/"+key, nil, "a whole number of milliseconds")
		}
	}
	for key := range scan.Object(&ok) {
		q.given[key] = true
		switch key {
		case "market":
			text(key, &q.Market)
		case "interval":
			text(key, &q.Interval)
		case "name":
			text(key, &q.Name)
		case "expression":
			text(key, &q.Expression)
		case "trigger":
			text(key, &q.Trigger)
		case "message":
			text(key, &q.Message)
		case "cooldown":
			number(key, &q.Cooldown)
		case "expires_at":
			number(key, &q.ExpiresAt)
		case "webhook":
			q.readHook(scan, &issues)
		default:
			scan.Skip()
			issues.Unknown("/"+key, key, fields)
		}
	}
	if err := scan.End(); err != nil {
		return nil, err
	}
	if !ok {
		return nil, &server.Error{Code: server.CodeMalformed, Detail: "the body must be an object"}
	}
	s.check(q, &issues)
	return q, issues.Err()
}

func (q *request) readHook(scan *server.Scanner, issues *server.Issues) {
	if scan.Kind() == 'n' {
		scan.Skip()
		q.hook = hook{null: true}
		return
	}
	q.hook = hook{}
	ok := true
	for key := range scan.Object(&ok) {
		var is bool
		switch key {
		case "url":
			q.hook.url, is = scan.Text()
		case "secret":
			q.hook.secret, is = scan.Text()
			q.hook.secretGiven = true
		default:
			scan.Skip()
			issues.Unknown("/webhook/"+key, key, "url or secret")
			continue
		}
		if !is {
			issues.Shape("/webhook/"+key, nil, "text")
		}
	}
	if !ok {
		issues.Shape("/webhook", nil, "an object or null")
	}
}

// check notes what is wrong with a request.
func (s *Service) check(q *request, issues *server.Issues) {
	s.validate.Check(q, "/", issues)
	note := func(err error) {
		if refused, ok := err.(*server.Error); ok { //nolint:errorlint // as Compile and its like give it
			for _, f := range refused.Fields {
				issues.Add(refused.Code, f)
			}
		}
	}
	_, err := Compile(q.Expression)
	note(err)
	_, err = ParseTemplate(q.Message)
	note(err)
	if !utf8.ValidString(q.Name) {
		issues.Add(server.CodeInvalid, server.Field{Pointer: "/name", Value: clip(q.Name), Rule: "form", Bound: "valid UTF-8"})
	}
	if q.given["webhook"] && !q.hook.null {
		note(s.checkTarget(q.hook.url))
		if n := len(q.hook.secret); q.hook.secretGiven && (n < 16 || n > 200) {
			issues.Add(server.CodeInvalid, server.Field{Pointer: "/webhook/secret", Value: fmt.Sprintf("%d bytes", n), Rule: "range", Bound: "from 16 to 200 bytes long"})
		}
	}
}

// checkTarget refuses a webhook that plainly leads nowhere good. What its name
// resolves to is checked with each connection.
func (s *Service) checkTarget(text string) error {
	refuse := func(rule, bound string) error {
		return server.Invalid("/webhook/url", clipBytes(text, 100), rule, bound)
	}
	u, err := url.Parse(text)
	switch {
	case len(text) > 2000:
		return refuse("max", "at most 2000 bytes long")
	case err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Hostname() == "":
		return refuse("form", "an https or http URL with a host")
	case u.User != nil:
		return refuse("form", "without a user; the signature says who sends")
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && checkAddress(ip, s.options.Allow) != nil {
		return refuse("address", "of the open Internet, not a private, loopback or reserved address")
	}
	return nil
}
