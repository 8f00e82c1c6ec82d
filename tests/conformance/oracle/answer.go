package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"

	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/deploy"
	"sigs.k8s.io/aws-load-balancer-controller/v3/pkg/ingress"
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
	Groups      map[string]GroupAnswer   `json:"groups"`
}

func newAnswer(id string) Answer {
	return Answer{
		ID:          id,
		Decode:      []string{},
		Ingresses:   map[string]IngressAnswer{},
		ClassParams: map[string]ParamsAnswer{},
		Groups:      map[string]GroupAnswer{},
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

// GroupAnswer is what the controller would build of a group, or why it would not.
type GroupAnswer struct {
	Members []string `json:"members,omitempty"`
	Stack   any      `json:"stack,omitempty"`
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

// judge answers one line. A group that fails is built again until patience builds in a row bring no new error: which of several
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
	cluster, refused := newCluster(asked.Objects)
	controller, err := newController(asked, cluster.client)
	if err != nil {
		return without(asked.ID, stageController, err)
	}
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
				answer.Groups[mine.Group] = c.group(ctx, *group)
			}
		}
		answer.Ingresses[client.ObjectKeyFromObject(ing).String()] = mine
	}
}

// most is how often a group is built, whatever it answers.
const most = 1000

// group builds once if that goes well, and otherwise until no new error turns up.
func (c Controller) group(ctx context.Context, id ingress.GroupID) GroupAnswer {
	answer := c.build(ctx, id)
	if answer.Error == "" {
		return answer
	}
	found := map[string]GroupAnswer{answer.Error: answer}
	for idle, all := 0, 0; idle < c.patience && all < most; idle, all = idle+1, all+1 {
		again := c.build(ctx, id)
		if _, known := found[again.Error]; !known {
			found[again.Error] = again
			idle = 0
		}
	}
	delete(found, "")
	all := sorted(found)
	answer = found[all[0]]
	answer.Errors = all
	return answer
}

func (c Controller) build(ctx context.Context, id ingress.GroupID) (answer GroupAnswer) {
	answer.Stage = stageLoad
	err := guarded(func() error {
		group, err := c.loader.Load(ctx, id)
		if err != nil {
			return err
		}
		answer.Stage = stageBuild
		for _, member := range group.Members {
			answer.Members = append(answer.Members, client.ObjectKeyFromObject(member.Ing).String())
		}
		stack, _, _, _, _, _, err := c.builder.Build(ctx, group, c.metrics)
		if err != nil {
			return err
		}
		marshalled, err := deploy.NewDefaultStackMarshaller().Marshal(stack)
		if err != nil {
			return err
		}
		if answer.Stack, err = canonical(marshalled); err != nil {
			return err
		}
		var listeners []*elbv2model.Listener
		if err := stack.ListResources(&listeners); err != nil {
			return err
		}
		answer.Certificates = certificates(ctx, listeners)
		answer.Stage = ""
		return nil
	})
	if _, panicked := errors.AsType[panicError](err); panicked {
		answer.Stage = stagePanic
	}
	answer.Error = text(err)
	return answer
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
