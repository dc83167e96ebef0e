/** The part of a model's name that prices go by: of a fine-tuned model, `ft:base` of `ft:base:organization:name:id`. */
export function billedName(name: string): string {
  return name.startsWith('ft:') ? name.split(':', 2).join(':') : name;
}
