package config

import "time"

// AI is who explains, and within which bounds. A provider is there once its key
// is; openai also once its address is, for servers that ask for none.
type AI struct {
	Provider string `env:"AI_PROVIDER" envDefault:"builtin" validate:"oneof=builtin gemini openai anthropic"`

	GeminiKey      string `env:"GEMINI_API_KEY" secret:"key"`
	GeminiModel    string `env:"GEMINI_MODEL" envDefault:"gemini-2.5-flash" validate:"max=100"`
	GeminiURL      string `env:"GEMINI_URL" validate:"omitempty,web"`
	OpenAIKey      string `env:"OPENAI_API_KEY" secret:"key"`
	OpenAIModel    string `env:"OPENAI_MODEL" envDefault:"gpt-5.4-mini" validate:"max=100"`
	OpenAIURL      string `env:"OPENAI_URL" validate:"omitempty,web"`
	AnthropicKey   string `env:"ANTHROPIC_API_KEY" secret:"key"`
	AnthropicModel string `env:"ANTHROPIC_MODEL" envDefault:"claude-haiku-4-5" validate:"max=100"`
	AnthropicURL   string `env:"ANTHROPIC_URL" validate:"omitempty,web"`

	Timeout   time.Duration `env:"AI_TIMEOUT" envDefault:"60s" validate:"min=1s,max=10m"`
	Stall     time.Duration `env:"AI_STALL" envDefault:"20s" validate:"min=100ms,max=10m"`
	Tries     uint          `env:"AI_TRIES" envDefault:"3" validate:"min=1,max=10"`
	MaxTokens int           `env:"AI_MAX_TOKENS" envDefault:"4000" validate:"min=100,max=100000"`
	Budget    int64         `env:"AI_BUDGET" envDefault:"1000000" validate:"min=0"`
	Rate      float64       `env:"AI_RATE" envDefault:"30" validate:"gt=0,max=100000"`
	Burst     int           `env:"AI_BURST" envDefault:"10" validate:"min=1,max=100000"`
	Keep      time.Duration `env:"AI_KEEP" envDefault:"1h" validate:"min=1s,max=168h"`
	Bars      int           `env:"AI_BARS" envDefault:"5000" validate:"min=100,max=100000"`
}
