package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/deploy"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/ingress"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/model/core"
	elbv2model "sigs.k8s.io/aws-load-balancer-controller/v3/pkg/model/elbv2"
	"sigs.k8s.io/controller-runtime/pkg/client"
)

// Answer is what became of one case.
type Answer struct {
	ID string `json:"id"`
	// Error says why there is no answer: the case could not be read, the controller would not start with these settings, or
	// it panicked.
	Error string `json:"error,omitempty"`
	Stage string `json:"stage,omitempty"`
	// Decode names the objects that an API server would not take as what they say they are.
	Decode      []string                 `json:"decode"`
	Ingresses   map[string]IngressAnswer `json:"ingresses"`
	ClassParams map[string]ParamsAnswer  `json:"classParams"`
	Groups      map[string]Built         `json:"groups"`
	// Services are those that the controller makes a network load balancer for, or would if it could.
	Services map[string]Built         `json:"services,omitempty"`
	Bindings map[string]BindingAnswer `json:"bindings,omitempty"`
}

func newAnswer(id string) Answer {
	return Answer{
		ID:          id,
		Decode:      []string{},
		Ingresses:   map[string]IngressAnswer{},
		ClassParams: map[string]ParamsAnswer{},
		Groups:      map[string]Built{},
		Services:    map[string]Built{},
		Bindings:    map[string]BindingAnswer{},
	}
}

// without is an answer that says only why there is none.
func without(id, stage string, reason any) Answer {
	answer := newAnswer(id)
	answer.Stage, answer.Error = stage, fmt.Sprint(reason)
	return answer
}

// IngressAnswer says what the webhook has against an Ingress, and to which group it belongs. One that the controller leaves
// alone has neither group nor error.
type IngressAnswer struct {
	Admission string `json:"admission,omitempty"`
	Group     string `json:"group,omitempty"`
	Error     string `json:"error,omitempty"`
}

// ParamsAnswer says what the webhook has against IngressClassParams.
type ParamsAnswer struct {
	Admission string `json:"admission,omitempty"`
}

// Built is what the controller would build of a group or a Service, or why it would not.
type Built struct {
	// Members are those of a group.
	Members []string `json:"members,omitempty"`
	Stack   any      `json:"stack,omitempty"`
	// OtherStacks are what it would build as well, where that is up to the order in which Go walks a map.
	OtherStacks []any `json:"otherStacks,omitempty"`
	// Certificates are those of each listener: since 3.5 the stack itself does not tell the ARN of one that exists.
	Certificates map[string][]string `json:"certificates,omitempty"`
	Error        string              `json:"error,omitempty"`
	Errors       []string            `json:"errors,omitempty"`
	Stage        string              `json:"stage,omitempty"`
}

const (
	stageRead       = "read"
	stageController = "controller"
	stageLoad       = "load"
	stageBuild      = "build"
	stagePanic      = "panic"
)

// judge answers one line. What fails is built again until patience builds in a row bring no new error: which of several
// comes first is up to the order in which Go walks a map, and of two entries the second comes first once in eight times.
func judge(line []byte, patience int) (answer Answer) {
	asked, err := read(line)
	if err != nil {
		return without(asked.ID, stageRead, err)
	}
	defer func() {
		if reason := recover(); reason != nil {
			answer = without(asked.ID, stagePanic, reason)
		}
	}()
	settings, err := newSettings(asked)
	if err != nil {
		return without(asked.ID, stageController, err)
	}
	cluster, refused := newCluster(asked.Objects, settings)
	controller := newController(asked, settings, cluster.client)
	controller.patience = patience
	answer = newAnswer(asked.ID)
	answer.Decode = append(answer.Decode, refused...)
	controller.answer(cluster, answer)
	return answer
}

func (c Controller) answer(cluster Cluster, answer Answer) {
	ctx := context.Background()
	for _, params := range cluster.params {
		err := guarded(func() error { return c.params.ValidateCreate(ctx, params) })
		answer.ClassParams[params.Name] = ParamsAnswer{Admission: text(err)}
	}
	for _, ing := range cluster.ingresses {
		var mine IngressAnswer
		mine.Admission = text(guarded(func() error { return c.ingresses.ValidateCreate(ctx, ing.DeepCopy()) }))
		group, err := c.loader.LoadGroupIDIfAny(ctx, ing.DeepCopy())
		mine.Error = text(err)
		if group != nil {
			mine.Group = group.String()
			if _, known := answer.Groups[mine.Group]; !known {
				answer.Groups[mine.Group] = c.tried(false, func() Built { return c.group(ctx, *group) })
			}
		}
		answer.Ingresses[client.ObjectKeyFromObject(ing).String()] = mine
	}
	c.answerServices(ctx, cluster, answer)
	c.answerBindings(ctx, cluster, answer)
}

// most is how often something is built, whatever comes of it.
const most = 1000

// tried builds once if that goes well, and otherwise, or where what comes of it varies, until nothing new turns up.
func (c Controller) tried(varies bool, build func() Built) Built {
	first := build()
	if first.Error == "" && !varies {
		return first
	}
	failed, made := map[string]Built{}, map[string]Built{}
	isNew := func(built Built) bool {
		into, key := failed, built.Error
		if key == "" {
			marshalled, _ := json.Marshal(built.Stack) // it was read from JSON
			into, key = made, string(marshalled)
		}
		_, known := into[key]
		into[key] = built
		return !known
	}
	isNew(first)
	for idle, all := 0, 0; idle < c.patience && all < most; idle, all = idle+1, all+1 {
		if isNew(build()) {
			idle = 0
		}
	}
	if len(failed) > 0 {
		all := sorted(failed)
		answer := failed[all[0]]
		answer.Errors = all
		return answer
	}
	all := sorted(made)
	answer := made[all[0]]
	for _, other := range all[1:] {
		answer.OtherStacks = append(answer.OtherStacks, made[other].Stack)
	}
	return answer
}

func (c Controller) group(ctx context.Context, id ingress.GroupID) (answer Built) {
	answer.Stage = stageLoad
	return answer.of(ctx, func() (core.Stack, error) {
		group, err := c.loader.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		answer.Stage = stageBuild
		for _, member := range group.Members {
			answer.Members = append(answer.Members, client.ObjectKeyFromObject(member.Ing).String())
		}
		stack, _, _, _, _, _, err := c.builder.Build(ctx, group, c.metrics)
		return stack, err
	})
}

// of runs a build, and writes down what comes of it. No stack and no error: there is nothing to build.
func (b *Built) of(ctx context.Context, build func() (core.Stack, error)) Built {
	err := guarded(func() error {
		stack, err := build()
		if err != nil || stack == nil {
			return err
		}
		marshalled, err := deploy.NewDefaultStackMarshaller().Marshal(stack)
		if err != nil {
			return err
		}
		if b.Stack, err = canonical(marshalled); err != nil {
			return err
		}
		var listeners []*elbv2model.Listener
		if err := stack.ListResources(&listeners); err != nil {
			return err
		}
		b.Certificates = certificates(ctx, listeners)
		b.Stage = ""
		return nil
	})
	if _, panicked := errors.AsType[panicError](err); panicked {
		b.Stage = stagePanic
	}
	b.Error = text(err)
	return *b
}

func certificates(ctx context.Context, listeners []*elbv2model.Listener) map[string][]string {
	found := map[string][]string{}
	for _, listener := range listeners {
		for _, certificate := range listener.Spec.Certificates {
			found[listener.ID()] = append(found[listener.ID()], certificateARN(ctx, certificate))
		}
	}
	return found
}

// panicError is a panic of the controller, which its runtime would have caught too.
type panicError struct{ reason any }

func (p panicError) Error() string { return fmt.Sprintf("panic: %v", p.reason) }

func guarded(run func() error) (err error) {
	defer func() {
		if reason := recover(); reason != nil {
			err = panicError{reason}
		}
	}()
	return run()
}

// text is the error as the controller tells it; several in one are put in order.
func text(err error) string {
	if err == nil {
		return ""
	}
	if many, ok := err.(utilerrors.Aggregate); ok {
		parts := slices.Clone(many.Errors())
		slices.SortFunc(parts, func(a, b error) int {
			if a.Error() < b.Error() {
				return -1
			}
			return 1
		})
		return utilerrors.NewAggregate(parts).Error()
	}
	return address.ReplaceAllString(err.Error(), "0x")
}

// Some texts name a place in memory, another one each time.
var address = regexp.MustCompile(`0x[0-9a-f]{6,}`)

func sorted[V any](of map[string]V) []string {
	return slices.Sorted(maps.Keys(of))
}
