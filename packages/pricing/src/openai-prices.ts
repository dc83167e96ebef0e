import type { PriceSheet } from './price-sheet.js';
import { withLongContextOfTiers } from './with-long-context-of-tiers.js';

/**
 * What processing in a region (data residency) adds: since when is not known. The map says it of models from GPT-5.4 to
 * GPT-5.6; the page says it of later ones too, "where available".
 */
const regionalOfMap = { percent: '10', source: 'litellm' };
const regionalOfPage = { percent: '10', source: 'modelPageTerra' };

/**
 * What OpenAI charges, in USD per 1M tokens (other units: see `PriceKind`), with the source of each line.
 * `from` is the first UTC day a price holds and `to` the first day it no longer does. Without `confidence` a price is
 * as reported by its source. Long context of other tiers than standard is derived where no line states it. `docs/prices.md`
 * says how this is kept up to date and what was left out.
 */
export const openAiPriceSheet: PriceSheet = {
  name: 'openai',
  collectedOn: '2026-11-20',
  sources: {
    genai: { title: 'genai-prices 0.1.8', publishedOn: '2026-09-23' },
    litellm: { title: 'LiteLLM model price map', publishedOn: '2026-08-01' },
    modelPage: { title: 'OpenAI model page (stored copy)', publishedOn: '2026-11' },
    modelPageTerra: { title: 'OpenAI model page of gpt-6.1-terra, in translation', publishedOn: '2026-11-19' },
    modelPageSolCopy: { title: 'Codex-Manager 0.4.7, quoting the OpenAI model page', publishedOn: '2026-09-30' },
    modelPageSolArticle: { title: 'Apidog article, citing the OpenAI model page', publishedOn: '2026-09-30' },
    priceTableSolCopy: { title: 'AILSA SubSwitch 1.0.0(g), quoting the OpenAI price table', publishedOn: '2026-10-01' },
    litellm52347: { title: 'LiteLLM discussion 52347', publishedOn: '2026-11-17' },
    litellm39633: { title: 'LiteLLM discussion 39633', publishedOn: '2026-09-03' },
    launchNote62: { title: 'APIYI launch note on GPT-6.2', publishedOn: '2026-11-18' },
    launchNoteImage26: { title: 'APIYI launch note on gpt-image-2.6', publishedOn: '2026-11-05' },
    derived: { title: 'computed by a rule in docs/prices.md', publishedOn: '2026-11-20' },
  },
  // One line per price keeps this comparable with a price page.
  // oxfmt-ignore
  models: withLongContextOfTiers([
    { model: 'ada', aliases: ['text-ada-001'], prices: [{ tier: 'standard', source: 'genai', input: '0.4', output: '0.4' }] },
    { model: 'babbage', prices: [{ tier: 'standard', source: 'genai', input: '0.5', output: '0.5' }] },
    { model: 'chatgpt-4o-latest', prices: [{ tier: 'standard', source: 'genai', input: '5', output: '15' }] },
    { model: 'chatgpt-image-latest', prices: [
      { tier: 'standard', source: 'litellm', input: '5', cachedInput: '1.25', imageInput: '10', imageOutput: '40' },
    ] },
    { model: 'codex-mini', aliases: ['codex-mini-latest'], prices: [
      { tier: 'standard', source: 'genai', input: '1.5', cachedInput: '0.375', output: '6' },
    ] },
    { model: 'computer-use', aliases: ['computer-use-preview'], prices: [{ tier: 'standard', source: 'genai', input: '3', output: '12' }] },
    { model: 'curie', aliases: ['text-curie-001'], prices: [{ tier: 'standard', source: 'genai', input: '2', output: '2' }] },
    { model: 'dall-e-3', prices: [
      { tier: 'standard', source: 'litellm', images: { 'hd 1024x1024': '0.08', 'hd 1024x1792': '0.12', 'hd 1792x1024': '0.12', 'standard 1024x1024': '0.04', 'standard 1024x1792': '0.08', 'standard 1792x1024': '0.08' } },
    ] },
    { model: 'davinci', aliases: ['text-davinci-001'], prices: [{ tier: 'standard', source: 'genai', input: '20', output: '20' }] },
    { model: 'gpt-3.5-turbo', aliases: ['gpt-3.5-turbo-0125'], prices: [{ tier: 'standard', source: 'genai', input: '0.5', output: '1.5' }] },
    { model: 'gpt-3.5-turbo-0301', prices: [{ tier: 'standard', source: 'genai', input: '1.5', output: '2' }] },
    { model: 'gpt-3.5-turbo-0613', prices: [{ tier: 'standard', source: 'genai', input: '1.5', output: '2' }] },
    { model: 'gpt-3.5-turbo-1106', prices: [{ tier: 'standard', source: 'genai', input: '1', output: '2' }] },
    { model: 'gpt-3.5-turbo-16k', aliases: ['gpt-3.5-turbo-16k-0613'], prices: [{ tier: 'standard', source: 'genai', input: '3', output: '4' }] },
    { model: 'gpt-3.5-turbo-instruct', aliases: ['gpt-3.5-turbo-instruct-0914'], prices: [
      { tier: 'standard', source: 'genai', input: '1.5', output: '2' },
    ] },
    { model: 'gpt-4', aliases: ['gpt-4-0314', 'gpt-4-0613'], prices: [{ tier: 'standard', source: 'genai', input: '30', output: '60' }] },
    { model: 'gpt-4-32k', aliases: ['gpt-4-32k-0314', 'gpt-4-32k-0613'], prices: [{ tier: 'standard', source: 'genai', input: '60', output: '120' }] },
    { model: 'gpt-4-turbo', aliases: ['gpt-4-0125-preview', 'gpt-4-1106-preview', 'gpt-4-turbo-0125-preview', 'gpt-4-turbo-preview'], prices: [
      { tier: 'standard', source: 'genai', input: '10', output: '30' },
    ] },
    { model: 'gpt-4-vision-preview', aliases: ['gpt-4-1106-vision-preview'], prices: [{ tier: 'standard', source: 'genai', input: '10', output: '30' }] },
    { model: 'gpt-4.1', prices: [
      { tier: 'standard', source: 'genai', input: '2', cachedInput: '0.5', output: '8' },
      { tier: 'batch', source: 'litellm', input: '1', output: '4' },
      { tier: 'priority', source: 'litellm', input: '3.5', cachedInput: '0.875', output: '14' },
    ] },
    { model: 'gpt-4.1-mini', prices: [
      { tier: 'standard', source: 'genai', input: '0.4', cachedInput: '0.1', output: '1.6' },
      { tier: 'batch', source: 'litellm', input: '0.2', output: '0.8' },
      { tier: 'priority', source: 'litellm', input: '0.7', cachedInput: '0.175', output: '2.8' },
    ] },
    { model: 'gpt-4.1-nano', prices: [
      { tier: 'standard', source: 'genai', input: '0.1', cachedInput: '0.025', output: '0.4' },
      { tier: 'batch', source: 'litellm', input: '0.05', output: '0.2' },
      { tier: 'priority', source: 'litellm', input: '0.2', cachedInput: '0.05', output: '0.8' },
    ] },
    { model: 'gpt-4.5-preview', prices: [{ tier: 'standard', source: 'genai', input: '75', cachedInput: '37.5', output: '150' }] },
    { model: 'gpt-4o', prices: [
      { tier: 'standard', source: 'genai', input: '2.5', cachedInput: '1.25', output: '10' },
      { tier: 'batch', source: 'litellm', input: '1.25', output: '5' },
      { tier: 'priority', source: 'litellm', input: '4.25', cachedInput: '2.125', output: '17' },
    ] },
    { model: 'gpt-4o-2024-05-13', prices: [
      { tier: 'standard', source: 'genai', input: '5', output: '15' },
      { tier: 'batch', source: 'litellm', input: '2.5', output: '7.5' },
      { tier: 'priority', source: 'litellm', input: '8.75', output: '26.25' },
    ] },
    { model: 'gpt-4o-audio-preview', prices: [
      { tier: 'standard', source: 'genai', input: '2.5', output: '10' },
      { tier: 'standard', source: 'litellm', audioInput: '40', audioOutput: '80' },
    ] },
    { model: 'gpt-4o-mini', aliases: ['gpt-4o-mini-search-preview'], prices: [
      { tier: 'standard', source: 'genai', input: '0.15', cachedInput: '0.075', output: '0.6' },
      { tier: 'batch', source: 'litellm', input: '0.075', output: '0.3' },
      { tier: 'priority', source: 'litellm', input: '0.25', cachedInput: '0.125', output: '1' },
    ] },
    { model: 'gpt-4o-mini-audio-preview', prices: [
      { tier: 'standard', source: 'genai', input: '0.15', output: '0.6' },
      { tier: 'standard', source: 'litellm', audioInput: '10', audioOutput: '20' },
    ] },
    { model: 'gpt-4o-mini-realtime-preview', prices: [
      { tier: 'standard', source: 'genai', input: '0.6', cachedInput: '0.3', output: '2.4', audioInput: '10', audioCachedInput: '0.3', audioOutput: '20' },
    ] },
    { model: 'gpt-4o-mini-transcribe', prices: [{ tier: 'standard', source: 'genai', input: '1.25', output: '5', audioInput: '3' }] },
    { model: 'gpt-4o-mini-tts', prices: [
      { tier: 'standard', source: 'genai', input: '0.6', output: '12' },
      { tier: 'standard', source: 'litellm', audioOutput: '12' },
    ] },
    { model: 'gpt-4o-realtime-preview', prices: [
      { tier: 'standard', source: 'genai', input: '5', cachedInput: '2.5', output: '20', audioInput: '40', audioCachedInput: '2.5', audioOutput: '80' },
    ] },
    { model: 'gpt-4o-search-preview', prices: [
      { tier: 'standard', source: 'genai', input: '2.5', output: '10' },
      { tier: 'batch', source: 'litellm', input: '1.25', output: '5' },
    ] },
    { model: 'gpt-4o-transcribe', aliases: ['gpt-4o-transcribe-diarize'], prices: [
      { tier: 'standard', source: 'genai', input: '2.5', output: '10', audioInput: '6' },
    ] },
    { model: 'gpt-5', aliases: ['gpt-5-chat', 'gpt-5-chat-latest', 'gpt-5-codex'], prices: [
      { tier: 'standard', source: 'genai', input: '1.25', cachedInput: '0.125', output: '10' },
      { tier: 'flex', source: 'litellm', input: '0.625', cachedInput: '0.0625', output: '5' },
      { tier: 'priority', source: 'litellm', input: '2.5', cachedInput: '0.25', output: '20' },
    ] },
    { model: 'gpt-5-image', prices: [{ tier: 'standard', source: 'genai', confidence: 'low', input: '10', cachedInput: '1.25', output: '10' }] },
    { model: 'gpt-5-image-mini', prices: [{ tier: 'standard', source: 'genai', confidence: 'low', input: '2.5', cachedInput: '0.25', output: '2' }] },
    { model: 'gpt-5-mini', prices: [
      { tier: 'standard', source: 'genai', input: '0.25', cachedInput: '0.025', output: '2' },
      { tier: 'flex', source: 'litellm', input: '0.125', cachedInput: '0.0125', output: '1' },
      { tier: 'priority', source: 'litellm', input: '0.45', cachedInput: '0.045', output: '3.6' },
    ] },
    { model: 'gpt-5-nano', prices: [
      { tier: 'standard', source: 'genai', input: '0.05', cachedInput: '0.005', output: '0.4' },
      { tier: 'flex', source: 'litellm', input: '0.025', cachedInput: '0.0025', output: '0.2' },
    ] },
    { model: 'gpt-5-pro', prices: [
      { tier: 'standard', source: 'genai', input: '15', output: '120' },
      { tier: 'batch', source: 'litellm', input: '7.5', output: '60' },
    ] },
    { model: 'gpt-5-search-api', prices: [{ tier: 'standard', source: 'litellm', input: '1.25', cachedInput: '0.125', output: '10' }] },
    { model: 'gpt-5.1', aliases: ['gpt-5.1-chat', 'gpt-5.1-chat-latest', 'gpt-5.1-codex', 'gpt-5.1-codex-max'], prices: [
      { tier: 'standard', source: 'genai', input: '1.25', cachedInput: '0.125', output: '10' },
      { tier: 'priority', source: 'litellm', input: '2.5', cachedInput: '0.25', output: '20' },
    ] },
    { model: 'gpt-5.1-codex-mini', aliases: ['gpt-5.1-mini'], prices: [
      { tier: 'standard', source: 'genai', input: '0.25', cachedInput: '0.025', output: '2' },
      { tier: 'priority', source: 'litellm', input: '0.45', cachedInput: '0.045', output: '3.6' },
    ] },
    { model: 'gpt-5.2', aliases: ['gpt-5.2-chat', 'gpt-5.2-chat-latest', 'gpt-5.2-codex'], prices: [
      { tier: 'standard', source: 'genai', input: '1.75', cachedInput: '0.175', output: '14' },
      { tier: 'priority', source: 'litellm', input: '3.5', cachedInput: '0.35', output: '28' },
    ] },
    { model: 'gpt-5.2-pro', prices: [{ tier: 'standard', source: 'genai', input: '21', output: '168' }] },
    { model: 'gpt-5.3', aliases: ['gpt-5.3-chat', 'gpt-5.3-chat-latest'], prices: [
      { tier: 'standard', source: 'genai', input: '1.75', cachedInput: '0.175', output: '14' },
      { tier: 'priority', source: 'litellm', input: '3.5', cachedInput: '0.35', output: '28' },
    ] },
    { model: 'gpt-5.3-codex', prices: [
      { tier: 'standard', source: 'genai', input: '1.75', cachedInput: '0.175', output: '14' },
      { tier: 'priority', source: 'litellm', input: '3.5', cachedInput: '0.35', output: '28' },
    ] },
    { model: 'gpt-5.4', regional: regionalOfMap, prices: [
      { tier: 'standard', source: 'genai', input: '2.5', cachedInput: '0.25', output: '15' },
      { tier: 'batch', source: 'litellm', input: '1.25', output: '7.5' },
      { tier: 'flex', source: 'litellm', input: '1.25', cachedInput: '0.13', output: '7.5' },
      { tier: 'priority', source: 'litellm', input: '5', cachedInput: '0.5', output: '30' },
      { tier: 'standard', context: 'long', source: 'genai', input: '5', cachedInput: '0.5', output: '22.5' },
    ] },
    { model: 'gpt-5.4-image-2', prices: [{ tier: 'standard', source: 'genai', confidence: 'low', input: '8', cachedInput: '2', output: '15' }] },
    { model: 'gpt-5.4-mini', regional: regionalOfMap, prices: [
      { tier: 'standard', source: 'genai', input: '0.75', cachedInput: '0.075', output: '4.5' },
      { tier: 'batch', source: 'litellm', input: '0.375', output: '2.25' },
      { tier: 'flex', source: 'litellm', input: '0.375', cachedInput: '0.0375', output: '2.25' },
      { tier: 'priority', source: 'litellm', input: '1.5', cachedInput: '0.15', output: '9' },
    ] },
    { model: 'gpt-5.4-nano', regional: regionalOfMap, prices: [
      { tier: 'standard', source: 'genai', input: '0.2', cachedInput: '0.02', output: '1.25' },
      { tier: 'batch', source: 'litellm', input: '0.1', output: '0.625' },
      { tier: 'flex', source: 'litellm', input: '0.1', cachedInput: '0.01', output: '0.625' },
    ] },
    { model: 'gpt-5.4-pro', regional: regionalOfMap, prices: [
      { tier: 'standard', source: 'genai', input: '30', output: '180' },
      { tier: 'batch', source: 'litellm', input: '15', output: '90' },
      { tier: 'flex', source: 'litellm', input: '15', output: '90' },
      { tier: 'standard', context: 'long', source: 'genai', input: '60', output: '270' },
    ] },
    { model: 'gpt-5.5', aliases: ['gpt-5.5-chat', 'gpt-5.5-chat-latest', 'gpt-5.5-codex'], regional: regionalOfMap, prices: [
      { tier: 'standard', from: '2026-04-23', source: 'genai', input: '5', cachedInput: '0.5', output: '30' },
      { tier: 'batch', from: '2026-04-23', source: 'litellm', input: '2.5', output: '15' },
      { tier: 'flex', from: '2026-04-23', source: 'litellm', input: '2.5', cachedInput: '0.25', output: '15' },
      { tier: 'priority', from: '2026-04-23', source: 'litellm', input: '10', cachedInput: '1', output: '60' },
      { tier: 'standard', context: 'long', from: '2026-04-23', source: 'genai', input: '10', cachedInput: '1', output: '45' },
    ] },
    { model: 'gpt-5.5-pro', regional: regionalOfMap, prices: [
      { tier: 'standard', source: 'genai', input: '30', output: '180' },
      { tier: 'batch', source: 'litellm', input: '15', output: '90' },
      { tier: 'flex', source: 'litellm', input: '15', output: '90' },
      { tier: 'standard', context: 'long', source: 'genai', input: '60', output: '270' },
    ] },
    { model: 'gpt-5.6-luna', regional: regionalOfMap, prices: [
      { tier: 'standard', from: '2026-07-09', to: '2026-07-30', source: 'genai', input: '1', cachedInput: '0.1', cacheWrite: '1.25', output: '6' },
      { tier: 'standard', from: '2026-07-30', source: 'genai', input: '0.2', cachedInput: '0.02', cacheWrite: '0.25', output: '1.2' },
      { tier: 'batch', from: '2026-07-30', source: 'litellm', input: '0.1', output: '0.6' },
      { tier: 'flex', from: '2026-07-30', source: 'litellm', input: '0.1', cachedInput: '0.01', cacheWrite: '0.125', output: '0.6' },
      { tier: 'priority', from: '2026-07-30', source: 'litellm', input: '0.4', cachedInput: '0.04', cacheWrite: '0.5', output: '2.4' },
      { tier: 'standard', context: 'long', from: '2026-07-09', to: '2026-07-30', source: 'genai', input: '2', cachedInput: '0.2', cacheWrite: '2.5', output: '9' },
      { tier: 'standard', context: 'long', from: '2026-07-30', source: 'genai', input: '0.4', cachedInput: '0.04', cacheWrite: '0.5', output: '1.8' },
      { tier: 'flex', context: 'long', from: '2026-07-30', source: 'litellm', input: '0.2', cachedInput: '0.02', cacheWrite: '0.25', output: '0.9' },
    ] },
    // $4/$20 is promotional, "at least until 2026-11-21" (OpenAI model page). What follows is not announced; the base
    // price of $5/$30 is assumed, and marked as derived.
    { model: 'gpt-5.6-sol', aliases: ['gpt-5.6'], regional: regionalOfMap, prices: [
      { tier: 'standard', from: '2026-07-09', to: '2026-08-21', source: 'genai', input: '5', cachedInput: '0.5', cacheWrite: '6.25', output: '30' },
      { tier: 'standard', from: '2026-08-21', to: '2026-11-22', promotional: true, source: 'genai', input: '4', cachedInput: '0.4', cacheWrite: '5', output: '20' },
      { tier: 'batch', from: '2026-08-21', to: '2026-11-22', promotional: true, source: 'derived', confidence: 'derived', input: '2', cachedInput: '0.2', cacheWrite: '2.5', output: '10' },
      { tier: 'flex', from: '2026-08-21', to: '2026-11-22', promotional: true, source: 'derived', confidence: 'derived', input: '2', cachedInput: '0.2', cacheWrite: '2.5', output: '10' },
      { tier: 'priority', from: '2026-08-21', to: '2026-11-22', promotional: true, source: 'derived', confidence: 'derived', input: '8', cachedInput: '0.8', cacheWrite: '10', output: '40' },
      { tier: 'standard', from: '2026-11-22', source: 'derived', confidence: 'derived', input: '5', cachedInput: '0.5', cacheWrite: '6.25', output: '30' },
      { tier: 'batch', from: '2026-11-22', source: 'derived', confidence: 'derived', input: '2.5', cachedInput: '0.25', cacheWrite: '3.125', output: '15' },
      { tier: 'flex', from: '2026-11-22', source: 'derived', confidence: 'derived', input: '2.5', cachedInput: '0.25', cacheWrite: '3.125', output: '15' },
      { tier: 'priority', from: '2026-11-22', source: 'derived', confidence: 'derived', input: '10', cachedInput: '1', cacheWrite: '12.5', output: '60' },
      { tier: 'standard', context: 'long', from: '2026-07-09', to: '2026-08-21', source: 'genai', input: '10', cachedInput: '1', cacheWrite: '12.5', output: '45' },
      { tier: 'standard', context: 'long', from: '2026-08-21', to: '2026-11-22', promotional: true, source: 'genai', input: '8', cachedInput: '0.8', cacheWrite: '10', output: '30' },
      { tier: 'standard', context: 'long', from: '2026-11-22', source: 'derived', confidence: 'derived', input: '10', cachedInput: '1', cacheWrite: '12.5', output: '45' },
    ] },
    { model: 'gpt-5.6-terra', regional: regionalOfMap, prices: [
      { tier: 'standard', from: '2026-07-09', to: '2026-07-30', source: 'genai', input: '2.5', cachedInput: '0.25', cacheWrite: '3.125', output: '15' },
      { tier: 'standard', from: '2026-07-30', source: 'genai', input: '2', cachedInput: '0.2', cacheWrite: '2.5', output: '12' },
      { tier: 'batch', from: '2026-07-30', source: 'litellm', input: '1', output: '6' },
      { tier: 'flex', from: '2026-07-30', source: 'litellm', input: '1', cachedInput: '0.1', cacheWrite: '1.25', output: '6' },
      { tier: 'priority', from: '2026-07-30', source: 'litellm', input: '4', cachedInput: '0.4', cacheWrite: '5', output: '24' },
      { tier: 'standard', context: 'long', from: '2026-07-09', to: '2026-07-30', source: 'genai', input: '5', cachedInput: '0.5', cacheWrite: '6.25', output: '22.5' },
      { tier: 'standard', context: 'long', from: '2026-07-30', source: 'genai', input: '4', cachedInput: '0.4', cacheWrite: '5', output: '18' },
      { tier: 'flex', context: 'long', from: '2026-07-30', source: 'litellm', input: '2', cachedInput: '0.2', cacheWrite: '2.5', output: '9' },
    ] },
    { model: 'gpt-6-astra', regional: regionalOfPage, prices: [
      { tier: 'standard', from: '2026-09-03', source: 'genai', input: '10', cachedInput: '1', cacheWrite: '12.5', output: '50' },
      { tier: 'batch', from: '2026-09-03', source: 'litellm39633', confidence: 'high', input: '5', cachedInput: '0.5', cacheWrite: '6.25', output: '25' },
      { tier: 'flex', from: '2026-09-03', source: 'litellm39633', confidence: 'high', input: '5', cachedInput: '0.5', cacheWrite: '6.25', output: '25' },
      { tier: 'priority', from: '2026-09-03', source: 'litellm39633', confidence: 'high', input: '20', cachedInput: '2', cacheWrite: '25', output: '100' },
      { tier: 'standard', context: 'long', from: '2026-09-03', source: 'genai', input: '20', cachedInput: '2', cacheWrite: '25', output: '75' },
    ] },
    { model: 'gpt-6-luna', regional: regionalOfPage, prices: [
      { tier: 'standard', from: '2026-09-22', source: 'genai', input: '0.1', cachedInput: '0.01', cacheWrite: '0.125', output: '0.5' },
      { tier: 'batch', from: '2026-09-22', source: 'derived', confidence: 'derived', input: '0.05', cachedInput: '0.005', cacheWrite: '0.0625', output: '0.25' },
      { tier: 'flex', from: '2026-09-22', source: 'derived', confidence: 'derived', input: '0.05', cachedInput: '0.005', cacheWrite: '0.0625', output: '0.25' },
      { tier: 'priority', from: '2026-09-22', source: 'derived', confidence: 'derived', input: '0.2', cachedInput: '0.02', cacheWrite: '0.25', output: '1' },
      { tier: 'standard', context: 'long', from: '2026-09-22', source: 'genai', input: '0.2', cachedInput: '0.02', cacheWrite: '0.25', output: '0.75' },
    ] },
    { model: 'gpt-6-sol', regional: regionalOfPage, prices: [
      { tier: 'standard', from: '2026-09-22', source: 'genai', input: '2', cachedInput: '0.2', cacheWrite: '2.5', output: '10' },
      { tier: 'batch', from: '2026-09-22', source: 'derived', confidence: 'derived', input: '1', cachedInput: '0.1', cacheWrite: '1.25', output: '5' },
      { tier: 'flex', from: '2026-09-22', source: 'derived', confidence: 'derived', input: '1', cachedInput: '0.1', cacheWrite: '1.25', output: '5' },
      { tier: 'priority', from: '2026-09-22', source: 'derived', confidence: 'derived', input: '4', cachedInput: '0.4', cacheWrite: '5', output: '20' },
      { tier: 'standard', context: 'long', from: '2026-09-22', source: 'genai', input: '4', cachedInput: '0.4', cacheWrite: '5', output: '15' },
    ] },
    { model: 'gpt-6.1-sol', regional: regionalOfPage, prices: [
      { tier: 'standard', from: '2026-09-29', source: 'modelPageSolArticle', cacheWrite: '2.5' },
      { tier: 'standard', from: '2026-09-29', source: 'modelPageSolCopy', confidence: 'high', input: '2', cachedInput: '0.1', output: '10' },
      { tier: 'batch', from: '2026-09-29', source: 'modelPageSolCopy', confidence: 'high', input: '1', cachedInput: '0.05', cacheWrite: '1.25', output: '5' },
      { tier: 'flex', from: '2026-09-29', source: 'modelPageSolCopy', confidence: 'high', input: '1', cachedInput: '0.05', cacheWrite: '1.25', output: '5' },
      { tier: 'priority', from: '2026-09-29', source: 'modelPageSolCopy', confidence: 'high', input: '4', cachedInput: '0.2', cacheWrite: '5', output: '20' },
      { tier: 'standard', context: 'long', from: '2026-09-29', source: 'derived', confidence: 'high', input: '4', cachedInput: '0.2', cacheWrite: '5', output: '15' },
      { tier: 'priority', context: 'long', from: '2026-09-29', source: 'priceTableSolCopy', input: '8', cachedInput: '0.4', output: '30' },
    ] },
    { model: 'gpt-6.1-terra', regional: regionalOfPage, prices: [
      { tier: 'standard', from: '2026-10-26', source: 'modelPageTerra', confidence: 'high', input: '1', cachedInput: '0.05', cacheWrite: '1.25', cacheWrite12h: '2.5', output: '5' },
      { tier: 'batch', from: '2026-10-26', source: 'modelPageTerra', confidence: 'high', input: '0.5', cachedInput: '0.025', cacheWrite: '0.625', output: '2.5' },
      { tier: 'flex', from: '2026-10-26', source: 'modelPageTerra', confidence: 'high', input: '0.5', cachedInput: '0.025', cacheWrite: '0.625', output: '2.5' },
      { tier: 'priority', from: '2026-10-26', source: 'modelPageTerra', confidence: 'high', input: '2', cachedInput: '0.1', cacheWrite: '2.5', output: '10' },
      { tier: 'standard', context: 'long', from: '2026-10-26', source: 'derived', confidence: 'high', input: '2', cachedInput: '0.1', cacheWrite: '2.5', cacheWrite12h: '5', output: '7.5' },
    ] },
    { model: 'gpt-6.2-astra', regional: regionalOfPage, prices: [
      { tier: 'standard', from: '2026-11-17', source: 'derived', confidence: 'derived', cacheWrite: '10' },
      { tier: 'standard', from: '2026-11-17', source: 'litellm52347', input: '8', cachedInput: '0.4', output: '40' },
      { tier: 'batch', from: '2026-11-17', source: 'derived', confidence: 'derived', input: '4', cachedInput: '0.2', cacheWrite: '5', output: '20' },
      { tier: 'flex', from: '2026-11-17', source: 'derived', confidence: 'derived', input: '4', cachedInput: '0.2', cacheWrite: '5', output: '20' },
      { tier: 'priority', from: '2026-11-17', source: 'derived', confidence: 'derived', input: '16', cachedInput: '0.8', cacheWrite: '20', output: '80' },
      { tier: 'standard', context: 'long', from: '2026-11-17', source: 'derived', confidence: 'derived', input: '16', cachedInput: '0.8', cacheWrite: '20', output: '60' },
    ] },
    { model: 'gpt-6.2-sol', regional: regionalOfPage, prices: [
      { tier: 'standard', from: '2026-11-17', source: 'derived', confidence: 'derived', cacheWrite: '2.5' },
      { tier: 'standard', from: '2026-11-17', source: 'launchNote62', confidence: 'derived', cachedInput: '0.1' },
      { tier: 'standard', from: '2026-11-17', source: 'launchNote62', input: '2', output: '10' },
      { tier: 'batch', from: '2026-11-17', source: 'derived', confidence: 'derived', input: '1', cachedInput: '0.05', cacheWrite: '1.25', output: '5' },
      { tier: 'flex', from: '2026-11-17', source: 'derived', confidence: 'derived', input: '1', cachedInput: '0.05', cacheWrite: '1.25', output: '5' },
      { tier: 'priority', from: '2026-11-17', source: 'derived', confidence: 'derived', input: '4', cachedInput: '0.2', cacheWrite: '5', output: '20' },
      { tier: 'standard', context: 'long', from: '2026-11-17', source: 'derived', confidence: 'derived', input: '4', cachedInput: '0.2', cacheWrite: '5', output: '15' },
    ] },
    { model: 'gpt-audio', aliases: ['gpt-audio-1.5'], prices: [
      { tier: 'standard', source: 'genai', input: '2.5', output: '10', audioInput: '32', audioOutput: '64' },
    ] },
    { model: 'gpt-audio-mini', prices: [{ tier: 'standard', source: 'genai', input: '0.6', output: '2.4', audioInput: '10', audioOutput: '20' }] },
    { model: 'gpt-chat-latest', prices: [{ tier: 'standard', source: 'genai', confidence: 'low', input: '5', cachedInput: '0.5', output: '30' }] },
    { model: 'gpt-image-1', prices: [
      { tier: 'standard', source: 'genai', input: '5', cachedInput: '1.25', imageInput: '10', imageCachedInput: '2.5', imageOutput: '40' },
      { tier: 'standard', source: 'litellm', images: { 'high 1024x1024': '0.167', 'high 1024x1536': '0.25', 'high 1536x1024': '0.25', 'low 1024x1024': '0.011', 'low 1024x1536': '0.016', 'low 1536x1024': '0.016', 'medium 1024x1024': '0.042', 'medium 1024x1536': '0.063', 'medium 1536x1024': '0.063' } },
    ] },
    { model: 'gpt-image-1-mini', prices: [
      { tier: 'standard', source: 'genai', input: '2', cachedInput: '0.2', imageInput: '2.5', imageCachedInput: '0.25', imageOutput: '8' },
      { tier: 'standard', source: 'litellm', images: { 'low 1024x1024': '0.005', 'low 1024x1536': '0.006', 'low 1536x1024': '0.006', 'medium 1024x1024': '0.011', 'medium 1024x1536': '0.015', 'medium 1536x1024': '0.015' } },
    ] },
    { model: 'gpt-image-1.5', prices: [
      { tier: 'standard', source: 'genai', input: '5', cachedInput: '1.25', output: '10', imageInput: '8', imageCachedInput: '2', imageOutput: '32' },
      { tier: 'standard', source: 'litellm', images: { 'low 1024x1024': '0.009', 'low 1024x1536': '0.013', 'low 1536x1024': '0.013', 'medium 1024x1024': '0.034', 'medium 1024x1536': '0.05', 'medium 1536x1024': '0.05', 'high 1024x1024': '0.133', 'high 1024x1536': '0.2', 'high 1536x1024': '0.2', 'standard 1024x1024': '0.009', 'standard 1024x1536': '0.013', 'standard 1536x1024': '0.013' } },
    ] },
    { model: 'gpt-image-2', prices: [
      { tier: 'standard', source: 'genai', input: '5', cachedInput: '1.25', imageInput: '8', imageCachedInput: '2', imageOutput: '30' },
    ] },
    { model: 'gpt-image-2.5-flare', prices: [
      { tier: 'standard', from: '2026-09-08', source: 'launchNoteImage26', input: '5', imageInput: '8', imageOutput: '30' },
    ] },
    { model: 'gpt-image-2.5-sunburst', prices: [
      { tier: 'standard', from: '2026-09-08', source: 'launchNoteImage26', input: '5', imageInput: '8', imageOutput: '30' },
    ] },
    { model: 'gpt-image-2.6-flare', prices: [
      { tier: 'standard', from: '2026-11-04', source: 'launchNoteImage26', input: '5', cachedInput: '1.25', imageInput: '8', imageCachedInput: '2', imageOutput: '30' },
    ] },
    { model: 'gpt-image-2.6-sunburst', prices: [
      { tier: 'standard', from: '2026-11-04', source: 'modelPage', confidence: 'high', input: '5', cachedInput: '1.25', imageInput: '8', imageCachedInput: '2', imageOutput: '30' },
    ] },
    { model: 'gpt-realtime', aliases: ['gpt-realtime-1.5'], prices: [
      { tier: 'standard', source: 'genai', input: '4', cachedInput: '0.4', output: '16', audioInput: '32', audioCachedInput: '0.4', audioOutput: '64', imageInput: '5', imageCachedInput: '0.5' },
    ] },
    { model: 'gpt-realtime-2', aliases: ['gpt-realtime-2.1'], prices: [
      { tier: 'standard', source: 'genai', input: '4', cachedInput: '0.4', output: '24', audioInput: '32', audioCachedInput: '0.4', audioOutput: '64', imageInput: '5', imageCachedInput: '0.5' },
    ] },
    { model: 'gpt-realtime-mini', aliases: ['gpt-realtime-2.1-mini'], prices: [
      { tier: 'standard', source: 'genai', input: '0.6', cachedInput: '0.06', output: '2.4', audioInput: '10', audioCachedInput: '0.3', audioOutput: '20', imageInput: '0.8', imageCachedInput: '0.08' },
    ] },
    { model: 'gpt-realtime-whisper', prices: [{ tier: 'standard', source: 'litellm', audioHour: '1.02' }] },
    { model: 'gpt-transcribe', prices: [{ tier: 'standard', source: 'genai', audioHour: '0.27' }] },
    { model: 'o1', prices: [{ tier: 'standard', source: 'genai', input: '15', cachedInput: '7.5', output: '60' }] },
    { model: 'o1-mini', prices: [{ tier: 'standard', source: 'genai', input: '1.1', cachedInput: '0.55', output: '4.4' }] },
    { model: 'o1-preview', prices: [{ tier: 'standard', source: 'genai', input: '15', cachedInput: '7.5', output: '60' }] },
    { model: 'o1-pro', prices: [
      { tier: 'standard', source: 'genai', input: '150', output: '600' },
      { tier: 'batch', source: 'litellm', input: '75', output: '300' },
    ] },
    { model: 'o3', prices: [
      { tier: 'standard', to: '2025-06-10', source: 'genai', confidence: 'low', cachedInput: '0.5' },
      { tier: 'standard', to: '2025-06-10', source: 'genai', input: '10', output: '40' },
      { tier: 'standard', from: '2025-06-10', source: 'genai', input: '2', cachedInput: '0.5', output: '8' },
      { tier: 'flex', from: '2025-06-10', source: 'litellm', input: '1', cachedInput: '0.25', output: '4' },
      { tier: 'priority', from: '2025-06-10', source: 'litellm', input: '3.5', cachedInput: '0.875', output: '14' },
    ] },
    { model: 'o3-deep-research', prices: [
      { tier: 'standard', source: 'genai', input: '10', cachedInput: '2.5', output: '40' },
      { tier: 'batch', source: 'litellm', input: '5', output: '20' },
    ] },
    { model: 'o3-mini', aliases: ['o3-mini-high'], prices: [{ tier: 'standard', source: 'genai', input: '1.1', cachedInput: '0.55', output: '4.4' }] },
    { model: 'o3-pro', prices: [
      { tier: 'standard', source: 'genai', input: '20', output: '80' },
      { tier: 'batch', source: 'litellm', input: '10', output: '40' },
    ] },
    { model: 'o4-mini', aliases: ['o4-mini-high'], prices: [
      { tier: 'standard', source: 'genai', input: '1.1', cachedInput: '0.275', output: '4.4' },
      { tier: 'flex', source: 'litellm', input: '0.55', cachedInput: '0.1375', output: '2.2' },
      { tier: 'priority', source: 'litellm', input: '2', cachedInput: '0.5', output: '8' },
    ] },
    { model: 'o4-mini-deep-research', prices: [
      { tier: 'standard', source: 'genai', input: '2', cachedInput: '0.5', output: '8' },
      { tier: 'batch', source: 'litellm', input: '1', output: '4' },
    ] },
    { model: 'omni-moderation-2024-09-26', prices: [{ tier: 'standard', source: 'litellm', input: '0' }] },
    { model: 'omni-moderation-latest', prices: [{ tier: 'standard', source: 'litellm', input: '0' }] },
    { model: 'sora-2', prices: [{ tier: 'standard', source: 'litellm', videoSecond: '0.1' }] },
    { model: 'sora-2-pro', prices: [{ tier: 'standard', source: 'litellm', videoSecond: '0.3' }] },
    { model: 'sora-2-pro-high-res', prices: [{ tier: 'standard', source: 'litellm', videoSecond: '0.5' }] },
    { model: 'text-davinci-002', prices: [{ tier: 'standard', source: 'genai', input: '20', output: '20' }] },
    { model: 'text-davinci-003', prices: [{ tier: 'standard', source: 'genai', input: '20', output: '20' }] },
    { model: 'text-embedding-3-large', prices: [
      { tier: 'standard', source: 'genai', input: '0.13' },
      { tier: 'batch', source: 'litellm', input: '0.065' },
    ] },
    { model: 'text-embedding-3-small', prices: [
      { tier: 'standard', source: 'genai', input: '0.02' },
      { tier: 'batch', source: 'litellm', input: '0.01' },
    ] },
    { model: 'text-embedding-ada-002', aliases: ['text-embedding-ada', 'text-embedding-ada-002-v2'], prices: [
      { tier: 'standard', source: 'genai', input: '0.1' },
      { tier: 'batch', source: 'litellm', input: '0.05' },
    ] },
    { model: 'text-moderation-007', prices: [{ tier: 'standard', source: 'litellm', input: '0' }] },
    { model: 'text-moderation-latest', prices: [{ tier: 'standard', source: 'litellm', input: '0' }] },
    { model: 'text-moderation-stable', prices: [{ tier: 'standard', source: 'litellm', input: '0' }] },
    { model: 'tts-1', prices: [{ tier: 'standard', source: 'litellm', speechCharacter: '15' }] },
    { model: 'tts-1-1106', prices: [{ tier: 'standard', source: 'litellm', speechCharacter: '15' }] },
    { model: 'tts-1-hd', prices: [{ tier: 'standard', source: 'litellm', speechCharacter: '30' }] },
    { model: 'tts-1-hd-1106', prices: [{ tier: 'standard', source: 'litellm', speechCharacter: '30' }] },
    { model: 'whisper-1', prices: [{ tier: 'standard', source: 'genai', audioHour: '0.36' }] },
    { model: 'ft:gpt-3.5-turbo', prices: [
      { tier: 'standard', source: 'genai', input: '3', output: '6' },
      { tier: 'batch', source: 'litellm', input: '1.5', output: '3' },
    ] },
    { model: 'ft:gpt-3.5-turbo-0125', prices: [{ tier: 'standard', source: 'litellm', input: '3', output: '6' }] },
    { model: 'ft:gpt-3.5-turbo-0613', prices: [{ tier: 'standard', source: 'litellm', input: '3', output: '6' }] },
    { model: 'ft:gpt-3.5-turbo-1106', prices: [{ tier: 'standard', source: 'litellm', input: '3', output: '6' }] },
    { model: 'ft:gpt-4-0613', prices: [{ tier: 'standard', source: 'litellm', input: '30', output: '60' }] },
    { model: 'ft:gpt-4.1-2025-04-14', prices: [
      { tier: 'standard', source: 'litellm', input: '3', cachedInput: '0.75', output: '12' },
      { tier: 'batch', source: 'litellm', input: '1.5', output: '6' },
    ] },
    { model: 'ft:gpt-4.1-mini-2025-04-14', prices: [
      { tier: 'standard', source: 'litellm', input: '0.8', cachedInput: '0.2', output: '3.2' },
      { tier: 'batch', source: 'litellm', input: '0.4', output: '1.6' },
    ] },
    { model: 'ft:gpt-4.1-nano-2025-04-14', prices: [
      { tier: 'standard', source: 'litellm', input: '0.2', cachedInput: '0.05', output: '0.8' },
      { tier: 'batch', source: 'litellm', input: '0.1', output: '0.4' },
    ] },
    { model: 'ft:gpt-4o', prices: [{ tier: 'standard', source: 'genai', input: '3.75', output: '15' }] },
    { model: 'ft:gpt-4o-2024-08-06', prices: [
      { tier: 'standard', source: 'litellm', input: '3.75', cachedInput: '1.875', output: '15' },
      { tier: 'batch', source: 'litellm', input: '1.875', output: '7.5' },
    ] },
    { model: 'ft:gpt-4o-mini', prices: [{ tier: 'standard', source: 'genai', input: '0.3', output: '1.2' }] },
    { model: 'ft:gpt-4o-mini-2024-07-18', prices: [
      { tier: 'standard', source: 'litellm', input: '0.3', cachedInput: '0.15', output: '1.2' },
      { tier: 'batch', source: 'litellm', input: '0.15', output: '0.6' },
    ] },
    { model: 'ft:o4-mini-2025-04-16', prices: [
      { tier: 'standard', source: 'litellm', input: '4', cachedInput: '1', output: '16' },
      { tier: 'batch', source: 'litellm', input: '2', output: '8' },
    ] },
    { model: 'tool:code-interpreter-container', prices: [{ tier: 'standard', source: 'litellm', containerSession: '0.03' }] },
    { model: 'tool:file-search', prices: [{ tier: 'standard', source: 'genai', fileSearchCall: '2.5' }] },
    { model: 'tool:web-search', prices: [{ tier: 'standard', source: 'genai', webSearchCall: '10' }] },
  ]),
};
