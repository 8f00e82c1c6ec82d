package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/go-logr/logr"
	corev1 "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/apimachinery/pkg/util/intstr"
	"k8s.io/apimachinery/pkg/util/managedfields"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	elbv2api "sigs.k8s.io/aws-load-balancer-controller/v3/apis/elbv2/v1beta1"
	lbcmetrics "sigs.k8s.io/aws-load-balancer-controller/v3/pkg/metrics/lbc"
	corewebhook "sigs.k8s.io/aws-load-balancer-controller/v3/webhooks/core"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/client/fake"
)

var (
	scheme  = newScheme()
	decoder = serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
)

func newScheme() *runtime.Scheme {
	all := runtime.NewScheme()
	utilruntime.Must(corev1.AddToScheme(all))
	utilruntime.Must(networking.AddToScheme(all))
	utilruntime.Must(elbv2api.AddToScheme(all))
	return all
}

// Cluster is a Kubernetes API server that holds the objects of a case.
type Cluster struct {
	client    client.Client
	ingresses []*networking.Ingress
	params    []*elbv2api.IngressClassParams
	services  []*corev1.Service
	bindings  []*elbv2api.TargetGroupBinding
}

// newCluster stores the objects, and tells of those that it could not take. Of two objects of one name the later stays, as
// when both are applied.
func newCluster(objects []json.RawMessage, settings Settings) (Cluster, []string) {
	var (
		cluster Cluster
		refused []string
		order   []string
		stored  = map[string]client.Object{}
	)
	for _, raw := range objects {
		object, err := decode(raw)
		if err != nil {
			refused = append(refused, err.Error())
			continue
		}
		if service, ok := object.(*corev1.Service); ok && settings.TakesNewServices {
			mutator := corewebhook.NewServiceMutator(settings.ServiceConfig.LoadBalancerClass, logr.Discard(), lbcmetrics.NewMockCollector())
			if _, err := mutator.MutateCreate(context.Background(), service); err != nil {
				refused = append(refused, err.Error())
				continue
			}
		}
		key := fmt.Sprintf("%T %s", object, client.ObjectKeyFromObject(object))
		if _, again := stored[key]; !again {
			order = append(order, key)
		}
		stored[key] = object
	}
	all := make([]client.Object, 0, len(order))
	for _, key := range order {
		all = append(all, stored[key])
		switch object := stored[key].(type) {
		case *networking.Ingress:
			cluster.ingresses = append(cluster.ingresses, object.DeepCopy())
		case *elbv2api.IngressClassParams:
			cluster.params = append(cluster.params, object.DeepCopy())
		case *corev1.Service:
			cluster.services = append(cluster.services, object.DeepCopy())
		case *elbv2api.TargetGroupBinding:
			cluster.bindings = append(cluster.bindings, object.DeepCopy())
		}
	}
	cluster.client = remember(fake.NewClientBuilder().WithScheme(scheme).
		WithTypeConverters(managedfields.NewDeducedTypeConverter()). // its own default takes longer to make than a case to judge
		WithObjects(all...).Build())
	slices.Sort(refused)
	return cluster, refused
}

// decode reads an object as strictly as kubectl does, and writes into it what an API server adds when it stores it. Of what an
// API server allocates (node ports, cluster addresses, UIDs) nothing is added.
func decode(raw json.RawMessage) (client.Object, error) {
	read, kind, err := decoder.Decode(raw, nil, nil)
	if runtime.IsNotRegisteredError(err) {
		return nil, fmt.Errorf("%s: the controller reads no %s", label(raw), kind)
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", label(raw), err)
	}
	object, ok := read.(client.Object)
	if !ok || object.GetName() == "" {
		return nil, fmt.Errorf("%s: is not an object with a name", label(raw))
	}
	if object.GetDeletionTimestamp() != nil && len(object.GetFinalizers()) == 0 {
		return nil, fmt.Errorf("%s: is deleted already", label(raw))
	}
	object.SetResourceVersion("")
	object.SetManagedFields(nil)
	switch object := read.(type) {
	case *networking.Ingress:
		inDefaultNamespace(object)
	case *corev1.Secret:
		inDefaultNamespace(object)
		secretData(object)
	case *corev1.Service:
		inDefaultNamespace(object)
		serviceDefaults(object)
	case *elbv2api.TargetGroupBinding:
		inDefaultNamespace(object)
		if object.UID == "" { // the webhooks tell two of them apart by it
			object.UID = types.UID(object.Namespace + "/" + object.Name)
		}
	case *corev1.Namespace:
		if object.Labels == nil {
			object.Labels = map[string]string{}
		}
		object.Labels[corev1.LabelMetadataName] = object.Name
	case *networking.IngressClass, *elbv2api.IngressClassParams:
		object.(client.Object).SetNamespace("")
	default:
		return nil, fmt.Errorf("%s: the controller reads no %s", label(raw), kind)
	}
	return object, nil
}

func inDefaultNamespace(object client.Object) {
	if object.GetNamespace() == "" {
		object.SetNamespace(corev1.NamespaceDefault)
	}
}

func serviceDefaults(service *corev1.Service) {
	if service.Spec.Type == "" {
		service.Spec.Type = corev1.ServiceTypeClusterIP
	}
	for i := range service.Spec.Ports {
		port := &service.Spec.Ports[i]
		if port.Protocol == "" {
			port.Protocol = corev1.ProtocolTCP
		}
		if port.TargetPort == intstr.FromInt32(0) || port.TargetPort == intstr.FromString("") {
			port.TargetPort = intstr.FromInt32(port.Port)
		}
	}
}

func secretData(secret *corev1.Secret) {
	for key, value := range secret.StringData {
		if secret.Data == nil {
			secret.Data = map[string][]byte{}
		}
		secret.Data[key] = []byte(value)
	}
	secret.StringData = nil
}

// label names an object that may be too broken to be decoded.
func label(raw json.RawMessage) string {
	var loose struct {
		Kind     any `json:"kind"`
		Metadata struct {
			Namespace any `json:"namespace"`
			Name      any `json:"name"`
		} `json:"metadata"`
	}
	_ = json.Unmarshal(raw, &loose)
	var words []string
	for _, word := range []any{loose.Kind, loose.Metadata.Namespace, loose.Metadata.Name} {
		if text, ok := word.(string); ok && text != "" {
			words = append(words, text)
		}
	}
	if len(words) == 0 {
		return "an object"
	}
	return strings.Join(words, " ")
}
